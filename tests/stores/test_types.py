from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from idp.stores.types import AnyText, Utc, fingerprint, fold

TOKYO = timezone(timedelta(hours=9))


def ask(database, value, kind):
    [row] = database.read(sa.select(sa.literal(value, kind).label("value")))
    return row.value


def test_a_time_comes_back_as_the_same_moment_in_utc(database):
    moment = datetime(2026, 11, 22, 14, 0, 0, 123456, tzinfo=TOKYO)
    back = ask(database, moment, Utc)
    assert back == moment
    assert back.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database):
    with pytest.raises(sa.exc.StatementError, match="needs its zone"):
        ask(database, datetime(2026, 11, 22, 14, 0), Utc)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "大学 花子",
        "a\x00b",
        "\\",
        "\\u0000",
        "\\\\u0000\x00",
        "\ud800",
        "\ud83d\ude00",
        "😀",
        "line\nline",
        "C:\\new\\table",
    ],
)
def test_any_text_comes_back_as_it_was(database, text):
    assert ask(database, text, AnyText) == text


def test_texts_that_differ_are_never_stored_alike():
    texts = ["\\", "\\\\", "\x00", "\\u0000", "\\\\u0000", "\\\x00", "u0000"]
    assert len({AnyText().process_bind_param(text, None) for text in texts}) == len(texts)


def test_folding_makes_only_ascii_letters_small():
    assert fold("Hanako@EXAMPLE.jp") == "hanako@example.jp"
    assert fold("\u212aelvin@example.jp") != fold("kelvin@example.jp")  # the Kelvin sign
    assert fold("m\u0131ke@example.org") != fold("mike@example.org")  # the Turkish letter of a known take-over
    assert fold("\u0130@example.jp") == "\u0130@example.jp"


def test_a_fingerprint_depends_on_where_a_part_ends():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert fingerprint("a\nb") != fingerprint("a", "b")
    assert len(fingerprint("\ud800" * 10_000)) == 64
