"""Small rules of configuration: lengths of time, likely spellings, excerpts of places."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idp.config.duration import BadDuration, format_duration, parse_duration
from idp.config.suggest import did_you_mean


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", timedelta(seconds=30)),
        ("60m", timedelta(minutes=60)),
        ("24h", timedelta(hours=24)),
        ("30d", timedelta(days=30)),
    ],
)
def test_a_length_of_time_is_a_number_and_a_unit(text: str, length: timedelta):
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "60", 60, "m", "1.5h", "-1m", "1w", "60m ", "６0m", "0s", "9999999d", None, True, ["1m"]]
)
def test_anything_else_is_refused_in_words(text: object):
    with pytest.raises(BadDuration, match="must be"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("60 minutes", "60m"), ("1 Hour", "1h"), (60, "60s or 60m"), ("soon", None)]
)
def test_what_was_meant_is_guessed(text: object, meant: str | None):
    with pytest.raises(BadDuration) as caught:
        parse_duration(text)
    assert caught.value.suggestion == meant


@pytest.mark.parametrize("text", ["30s", "90s", "60m", "1h", "36h", "7d"])
def test_a_length_of_time_is_written_in_its_shortest_form(text: str):
    assert parse_duration(format_duration(parse_duration(text))) == parse_duration(text)
    assert format_duration(timedelta(minutes=60)) == "1h"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("feilds", "fields"),
        ("Fields", "fields"),
        ("min-acr", "min_acr"),
        ("xyzzy", None),
        ("f" * 100, None),
        ("", None),
    ],
)
def test_a_likely_spelling_is_near(name: str, meant: str | None):
    assert did_you_mean(name, ["fields", "show", "min_acr"]) == meant
