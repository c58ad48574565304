"""One code, 64 requests at once: one success, over real HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import pytest
import requests

from tests.relying_party import RelyingParty

ROUNDS = 3
AT_ONCE = 64


@pytest.fixture
def portal(visitor, member):
    """A second portal process, as it were, whose person is signed in already."""
    visitor.sign_in_first("portal", member)
    product = visitor.product
    party = RelyingParty(
        http=requests.Session(),
        client_id="portal",
        redirect_uri=product.url("portal", "/callback"),
        issuer=product.url(path=""),
        secret="portal-secret",
        base=product.url(path=""),
    )
    return party, visitor


def new_code(party, visitor):
    path, kept = party.request()
    answer = visitor.browser.http.get(urljoin(party.issuer, path), allow_redirects=False, timeout=10)
    return party.read_answer(answer.headers["Location"], kept)["code"], kept


@pytest.mark.spec("RFC6749", "4.1.2")
def test_sixty_four_redemptions_at_once_are_one_success_and_its_tokens_end(portal):
    party, visitor = portal
    for _ in range(ROUNDS):
        code, kept = new_code(party, visitor)
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            answers = list(crowd.map(redeem, [party] * AT_ONCE, [code] * AT_ONCE, [kept] * AT_ONCE))
        assert sorted({answer.status_code for answer in answers}) == [200, 400]
        [good] = [answer for answer in answers if answer.status_code == 200]
        assert {answer.json()["error"] for answer in answers if answer is not good} == {"invalid_grant"}
        # RFC 6749 §4.1.2: a code that comes twice takes its tokens with it.
        assert party.userinfo(good.json()["access_token"]).status_code == 401


def redeem(party, code, kept):
    one = RelyingParty(
        http=requests,
        client_id=party.client_id,
        redirect_uri=party.redirect_uri,
        issuer=party.issuer,
        secret=party.secret,
        base=party.base,
    )
    return one.redeem(code, kept)


@pytest.mark.spec("RFC6749", "4.1.2")
def test_a_code_is_spent_once_and_a_second_use_ends_its_tokens(portal):
    party, visitor = portal
    code, kept = new_code(party, visitor)
    tokens = party.redeem(code, kept)
    assert tokens.status_code == 200
    assert party.userinfo(tokens.json()["access_token"]).status_code == 200
    again = party.redeem(code, kept)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert party.userinfo(tokens.json()["access_token"]).status_code == 401
