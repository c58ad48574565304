"""Which language a person gets."""

import pytest

from idp.protocol.locales import choose_locale, parse_accept_language, parse_locales


@pytest.mark.spec("RFC5646", "2.1")
@pytest.mark.spec("OIDC.Core", "3.1.2.1")
@pytest.mark.parametrize(
    ("text", "tags"),
    [(None, ()), ("ja en", ("ja", "en")), ("<b> en \x00 zh-Hant-TW", ("en", "zh-Hant-TW")), ("a " * 50, ("a",) * 10)],
)
def test_malformed_tags_are_ignored(text, tags):
    assert parse_locales(text) == tags


@pytest.mark.spec("RFC9110", "12.5.4")
@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", ()),
        ("ja", ("ja",)),
        ("en;q=0.5, ja;q=0.9, fr;q=0", ("ja", "en")),
        ("de, *;q=0.1", ("de", "*")),
        ("en;q=abc, ;;;, ja", ("ja",)),
    ],
)
def test_the_header_is_weighed(header, tags):
    assert parse_accept_language(header) == tags


@pytest.mark.spec("RFC4647", "3.4")
@pytest.mark.parametrize(
    ("wishes", "locale"),
    [(("ja-JP",), "ja"), (("JA",), "ja"), (("fr", "en-GB"), "en"), (("se",), None), ((), None), (("*",), None)],
)
def test_the_first_wish_that_is_offered(wishes, locale):
    assert choose_locale(wishes, ("ja", "en")) == locale
