"""One code, 64 requests at once: one success, over real HTTP (`REDEEMING_ROUNDS` says how often)."""

from __future__ import annotations

import pytest

from tests.e2e.redeeming import new_code, redeem_by_many, second_portal


@pytest.fixture
def portal(visitor, member):
    visitor.sign_in_first("portal", member)
    return second_portal(visitor.product), visitor


@pytest.mark.spec("RFC6749", "4.1.2")
def test_sixty_four_redemptions_at_once_are_one_success_and_its_tokens_end(portal):
    redeem_by_many(*portal)


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
