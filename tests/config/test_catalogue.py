"""Every code that a finding or error page can carry is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idp.config import attributes_file, client_rules, environment, schema, site_file, site_folder
from idp.config.catalogue import find_explanation, load_catalogue
from idp.protocol.errors import ErrorCode

SOURCE = Path(site_file.__file__).parents[1]
GENERAL = [number for name, number in vars(schema).items() if name.isupper() and number in range(1, 10)]


def numbers(module: object) -> set[int]:
    codes = {name: value for name, value in vars(module).items() if name.isupper() and not name.startswith("DEFAULT")}
    return {value for value in codes.values() if type(value) is int and 10 <= value < 50}


CODES = {
    *(f"{letter}{number:04d}" for letter in "SCA" for number in GENERAL),
    *(f"S{number:04d}" for number in numbers(site_folder) | numbers(site_file)),
    *(f"A{number:04d}" for number in numbers(attributes_file)),
    *(f"C{number:04d}" for number in numbers(client_rules)),
}
WRITTEN_OUT = {
    code for path in SOURCE.rglob("*.py") for code in re.findall(r'"([YSCAFTU]\d{4})"', path.read_text("utf-8"))
}


@pytest.mark.parametrize("code", sorted(CODES | WRITTEN_OUT))
def test_every_code_is_explained(code: str):
    assert code in load_catalogue()


def test_the_codes_were_found():
    assert {"S0010", "C0011", "A0010", "Y0007", "F0101", "T0001", environment.UNKNOWN_VARIABLE} <= CODES | WRITTEN_OUT


def test_nothing_is_explained_that_nobody_says():
    said = CODES | WRITTEN_OUT
    assert {code for code in load_catalogue() if code not in said and not code.startswith("E")} == set()


@pytest.mark.parametrize("error", list(ErrorCode))
def test_every_error_that_people_see_is_explained(error: ErrorCode):
    explanation = find_explanation(error.value, load_catalogue())
    assert explanation is not None
    assert explanation.name == error.value


def test_a_code_is_found_in_any_letter_case():
    catalogue = load_catalogue()
    assert find_explanation("f0103", catalogue) is catalogue["F0103"]
    assert find_explanation("Invalid_Grant", catalogue) is find_explanation("E0017", catalogue)
    assert find_explanation("F9999", catalogue) is None
