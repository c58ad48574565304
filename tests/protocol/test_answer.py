"""The answer to an authorization request."""

import pytest

from idp.domain.authorization import ResponseMode, TrustedRedirect
from idp.protocol.answer import build_answer, build_redirect
from idp.protocol.errors import PUBLIC_TEXT, ClientRedirectError, ErrorCode, ReturnAddress, build_error_answer
from tests.samples import ISSUER


def back(state):
    return ReturnAddress(
        client_id="portal", redirect_uri=TrustedRedirect("https://rp.example/cb"), state=state, mode=ResponseMode.QUERY
    )


@pytest.mark.spec("RFC9207", "2")
def test_success_and_error_both_carry_state_and_iss():
    assert build_answer([("code", "c")], back("s"), issuer=ISSUER) == (("code", "c"), ("state", "s"), ("iss", ISSUER))
    error = ClientRedirectError(ErrorCode.LOGIN_REQUIRED, back=back(None), detail="secret detail")
    answer = build_answer(build_error_answer(error), error.back, issuer=ISSUER)
    assert dict(answer) == {
        "error": "login_required",
        "error_description": PUBLIC_TEXT[ErrorCode.LOGIN_REQUIRED],
        "iss": ISSUER,
    }


@pytest.mark.spec("RFC6749", "3.1.2")
@pytest.mark.parametrize(
    ("redirect", "result"),
    [
        ("https://rp.example/cb", "https://rp.example/cb?state=a+b%26c%3D%22%252F"),
        ("https://rp.example/cb?x=1", "https://rp.example/cb?x=1&state=a+b%26c%3D%22%252F"),
        ("https://rp.example/cb?", "https://rp.example/cb?state=a+b%26c%3D%22%252F"),
        ("jp.example.app:/callback", "jp.example.app:/callback?state=a+b%26c%3D%22%252F"),
    ],
)
def test_parameters_are_added_to_the_query_that_is_there(redirect, result):
    assert build_redirect(redirect, (("state", 'a b&c="%2F'),)) == result
    assert build_redirect(redirect, ()) == redirect


@pytest.mark.spec("RFC6749", "5.2")
@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_has_a_public_text_of_harmless_letters(code):
    text = PUBLIC_TEXT[code]
    assert text
    assert all(letter == "!" or " " <= letter <= "~" for letter in text)
    assert '"' not in text
    assert "\\" not in text
