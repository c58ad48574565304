"""Reading forms strictly."""

import pytest

from idp.protocol.parameters import MAX_FIELDS, MalformedParameters, parse_parameters


@pytest.mark.spec("RFC6749", "B")
@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b"", ()),
        (b"a=1&b=2", (("a", "1"), ("b", "2"))),
        (b"a=%E3%81%82+b", (("a", "あ b"),)),
        ("a=あ".encode(), (("a", "あ"),)),
        (b"a=1;b=2", (("a", "1;b=2"),)),
        (b"a=%zz", (("a", "%zz"),)),
        (b"a", (("a", ""),)),
    ],
)
def test_forms_are_decoded_once(raw, pairs):
    assert parse_parameters(raw).pairs == pairs


@pytest.mark.spec("RFC6749", "B")
@pytest.mark.parametrize("raw", [b"a=%ff", b"\xff=1", b"a=%ED%A0%80", b"a=1&" * MAX_FIELDS + b"b=2"])
def test_what_is_no_form_is_refused(raw):
    with pytest.raises(MalformedParameters):
        parse_parameters(raw)


@pytest.mark.spec("RFC6749", "3.1")
def test_an_empty_value_counts_as_left_out():
    params = parse_parameters(b"scope=&state=x&state=")
    assert params.get("scope") is None
    assert params.get("state") == "x"
    assert params.repeated() == "state"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"a=1", None),
        (b"a=1&state=%00", "state"),
        (b"nonce=%0d%0aX", "nonce"),
        (b"a%0a=1", "a\n"),
        (b"claims=%7b%0a%09%7d", None),
        (b"claims=%00", "claims"),
        (b"state=%7f", "state"),
    ],
)
def test_control_characters_are_found(raw, name):
    assert parse_parameters(raw).unprintable() == name
