"""Small is enforced, not hoped for."""

from __future__ import annotations

import pytest

from tests.house.source import functions, name_of, python_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_HELPER = 150
ROOMS = python_files("idp", "tools")


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", ROOMS, ids=name_of)
def test_a_file_can_be_read_in_one_sitting(path):
    assert lines(path) <= LONGEST_FILE


@pytest.mark.parametrize("path", ROOMS, ids=name_of)
def test_a_function_fits_on_a_screen(path):
    too_long = [
        f"{function.name}: {function.end_lineno - function.lineno + 1} lines"
        for function in functions(path)
        if function.end_lineno - function.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


@pytest.mark.parametrize("path", ROOMS, ids=name_of)
def test_at_most_four_arguments_go_by_position(path):
    crowded = [
        function.name
        for function in functions(path)
        if len([arg for arg in function.args.args if arg.arg not in {"self", "cls"}]) + len(function.args.posonlyargs)
        > 4
    ]
    assert crowded == []


def test_tests_stay_readable_too():
    too_long = {name_of(path): lines(path) for path in python_files("tests") if lines(path) > LONGEST_FILE}
    assert too_long == {}


@pytest.mark.parametrize("name", ["browser.py", "relying_party.py"])
def test_what_drives_the_product_in_tests_is_a_small_plain_object(name):
    [path] = [path for path in python_files("tests") if path.name == name]
    assert lines(path) <= LONGEST_HELPER
