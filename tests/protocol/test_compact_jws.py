"""Looking into tokens from outside."""

import base64
import json

import pytest

from idp.protocol.compact_jws import peek


def token(header, claims, signature="c2ln"):
    def encode(value):
        text = value if isinstance(value, str) else json.dumps(value)
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    return f"{encode(header)}.{encode(claims)}.{signature}"


@pytest.mark.spec("RFC7515", "7.1")
@pytest.mark.spec("RFC7515", "3.1")
def test_header_and_claims_are_read():
    seen = peek(token({"alg": "ES256"}, {"sub": "x"}))
    assert (seen.header, seen.claims) == ({"alg": "ES256"}, {"sub": "x"})


@pytest.mark.spec("RFC8725", "3")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c.d",
        "....",
        token({"alg": "none"}, {}, ""),
        token({"alg": "ES256", "crit": ["exp"]}, {}),
        token({"alg": "ES256", "b64": False}, {}),
        token('{"alg":"ES256","alg":"none"}', {}),
        token({"alg": "ES256"}, '{"sub":"a","sub":"b"}'),
        token({"alg": "ES256"}, "[]"),
        token([], {}),
        token({"alg": "ES256"}, "[" * 3000),
        token({"alg": "ES256"}, {"x": "y" * 17000}),
        "\n" + token({}, {}),
        token({}, {}) + "=",
        "a.a.a",
    ],
)
@pytest.mark.spec("RFC8725", "2.4")
@pytest.mark.spec("RFC7797", "6")
def test_what_no_library_should_have_to_see_is_refused(text):
    with pytest.raises(ValueError):
        peek(text)
