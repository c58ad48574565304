"""A second portal process, as it were: it redeems codes of a person who is signed in already."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urljoin

import requests

from tests.e2e.walks import Visitor
from tests.product import Product
from tests.relying_party import RelyingParty

ROUNDS = int(os.environ.get("REDEEMING_ROUNDS", "3"))
AT_ONCE = 64


def second_portal(product: Product, http: Any = None) -> RelyingParty:
    return RelyingParty(
        http=http or requests.Session(),
        client_id="portal",
        redirect_uri=product.url("portal", "/callback"),
        issuer=product.url(path=""),
        secret="portal-secret",
        base=product.url(path=""),
    )


def new_code(party: RelyingParty, visitor: Visitor) -> tuple[str, Any]:
    path, kept = party.request()
    answer = visitor.browser.http.get(urljoin(party.issuer, path), allow_redirects=False, timeout=10)
    return party.read_answer(answer.headers["Location"], kept)["code"], kept


def redeem_by_many(party: RelyingParty, visitor: Visitor) -> None:
    """RFC 6749 §4.1.2: one of many gets the tokens, and they end, because the code came twice."""

    def redeem(code: str, kept: Any) -> Any:
        return second_portal(visitor.product, requests).redeem(code, kept)

    for _ in range(ROUNDS):
        code, kept = new_code(party, visitor)
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            answers = list(crowd.map(redeem, [code] * AT_ONCE, [kept] * AT_ONCE))
        assert sorted({answer.status_code for answer in answers}) == [200, 400]
        [good] = [answer for answer in answers if answer.status_code == 200]
        assert {answer.json()["error"] for answer in answers if answer is not good} == {"invalid_grant"}
        assert party.userinfo(good.json()["access_token"]).status_code == 401
