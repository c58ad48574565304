"""The log: one line a record, whatever a caller put into it."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.cli.logs import LONGEST, LineFormatter, escape_line
from idp.cli.webserver import shown_path


def record(message, *, exc_info=None):
    return logging.LogRecord("idp.web", logging.WARNING, __file__, 1, message, (), exc_info)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain", "plain"),
        ("日本語も読める", "日本語も読める"),
        ("two\r\nlines", "two\\r\\nlines"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("a\u2028b", "a\\u2028b"),
        ("nul\0", "nul\\x00"),
    ],
)
def test_what_does_not_print_is_shown_by_its_number(typed, shown):
    assert escape_line(typed) == shown


@given(st.text())
def test_a_line_is_one_line_of_printable_letters(text):
    line = escape_line(text)
    assert len(line.splitlines()) <= 1
    assert not [letter for letter in line if not (letter.isprintable() or letter.isspace())]


def test_a_line_has_an_end():
    assert len(escape_line("x" * 1_000_000)) < LONGEST + 50


def test_a_caller_cannot_invent_a_record():
    text = LineFormatter().format(record("user agent\n12:00:00 info    web: all is well"))
    assert len(text.splitlines()) == 1
    assert "warning web: user agent\\n" in text


def raise_it(text):
    raise ValueError(text)


def test_a_traceback_follows_its_record_escaped_line_by_line():
    try:
        raise_it("with\x1bescape\nand a line of its own")
    except ValueError:
        lines = LineFormatter().format(record("broken", exc_info=sys.exc_info())).splitlines()
    assert lines[0].endswith("web: broken")
    assert all(line.startswith("    ") for line in lines[1:])
    assert "\x1b" not in "".join(lines)


def test_a_path_that_is_a_secret_is_not_logged():
    assert shown_path("/link/abcdef") == "/link/…"
    assert shown_path("/journey/1") == "/journey/1"
