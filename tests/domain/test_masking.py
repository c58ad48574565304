"""What stays visible of an address or a number that is shown half hidden."""

import pytest

from idp.domain.masking import mask_address, mask_number, mask_recipient


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+819012345678", "090-****-**78"),
        ("+81312345678", "03-****-**78"),
        ("+81451234567", "0*******67"),
        ("+12025550134", "+1********34"),
        ("+447911123456", "+44********56"),
        ("+3545551234", "+354*****34"),
    ],
)
def test_a_number_keeps_its_last_two_digits(number, shown):
    assert mask_number(number) == shown


@pytest.mark.parametrize(
    "number", ["", "+", "09012345678", "+81", "+81９０1234567８", "+819012345678\n", "hanako@example.jp"]
)
def test_what_is_no_number_is_hidden_whole(number):
    assert mask_number(number) == "***"


@pytest.mark.parametrize(
    ("address", "shown"),
    [("hanako@example.jp", "h***@example.jp"), ("h@example.jp", "h***@example.jp"), ("花子@例え.jp", "花***@例え.jp")],
)
def test_an_address_keeps_its_first_letter_and_domain(address, shown):
    assert mask_address(address) == shown


@pytest.mark.parametrize("address", ["", "@", "@example.jp", "hanako", "h\n@example.jp", "h@example.jp\r\nx"])
def test_what_is_no_address_is_hidden_whole(address):
    assert mask_address(address) == "***"


def test_a_recipient_is_masked_as_what_it_is():
    assert mask_recipient("+819012345678") == "090-****-**78"
    assert mask_recipient("hanako@example.jp") == "h***@example.jp"
