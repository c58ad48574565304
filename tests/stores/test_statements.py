"""What the hot paths cost: commits and round trips are the budget of a token endpoint."""

from __future__ import annotations

import pytest

from idp.domain.grant import Redeemed, Rotated
from idp.domain.session import Method
from tests.samples import NOW, make_event, make_session, make_subject
from tests.stores.makers import RETRY, later, make_access, make_challenge, make_code, make_grant, make_refresh


@pytest.fixture
def issued(stores):
    stores.grants.create(make_grant(), make_code())
    stores.grants.save_tokens(make_access(), make_refresh())
    return stores.grants


def test_userinfo_finds_its_token_with_one_statement(issued, statements):
    assert issued.find_access("access", NOW)
    assert len(statements.sent) == 1


def test_introspection_of_a_refresh_token_too(issued, statements):
    assert issued.find_refresh("refresh", NOW)
    assert len(statements.sent) == 1


def test_the_token_endpoint_spends_a_code_with_four_statements_and_one_commit(stores, issued, statements):
    with stores.transactions.unit():
        assert isinstance(issued.redeem("code", client_id="portal", now=NOW), Redeemed)
        issued.save_tokens(make_access(digest="new"), make_refresh(digest="new"))
    assert (len(statements.work), statements.commits) == (4, 1)


def test_a_refresh_costs_four_statements_and_one_commit(stores, issued, statements):
    with stores.transactions.unit():
        answer = issued.rotate(
            "refresh", successor=make_refresh(digest="next"), client_id="portal", now=NOW, retry=RETRY
        )
        assert isinstance(answer, Rotated)
        issued.save_tokens(make_access(digest="new"), None)
    assert (len(statements.work), statements.commits) == (4, 1)


def test_redeeming_is_one_conditional_update(issued, statements):
    issued.redeem("code", client_id="portal", now=NOW)
    [update, select] = statements.sent
    assert update.startswith("UPDATE authorization_codes SET redeemed_at=")
    assert "redeemed_at IS NULL" in update
    assert select.startswith("SELECT")


def test_rotating_is_one_conditional_update_and_one_insert(issued, statements):
    issued.rotate("refresh", successor=make_refresh(digest="next"), client_id="portal", now=NOW, retry=RETRY)
    assert [statement.split()[0] for statement in statements.work] == ["UPDATE", "SELECT", "INSERT"]


def test_a_cookie_is_looked_up_with_one_statement(stores, statements):
    stores.sessions.create(make_session())
    statements.sent.clear()
    stores.sessions.find("digest", NOW)
    assert len(statements.sent) == 1


def test_a_guess_costs_one_statement_and_success_two(stores, statements):
    stores.challenges.create(make_challenge())
    statements.sent.clear()
    stores.challenges.attempt("challenge", "wrong", NOW)
    assert len(statements.work) == 1
    stores.challenges.attempt("challenge", "right", NOW)
    assert (len(statements.work), statements.commits) == (3, 2)


def test_a_budget_is_spent_with_one_statement(stores, statements):
    stores.budgets.spend("key", limit=5, window=later(days=1) - NOW, now=NOW)
    assert len(statements.sent) == 1


def test_the_end_of_a_sign_in_is_one_commit(stores, statements):
    stores.subjects.create(make_subject())
    stores.sessions.create(make_session())
    statements.sent.clear()
    with stores.transactions.unit():
        stores.sessions.raise_to(
            "session-1",
            token_digest="new",
            events=(make_event(Method.SMS),),
            journey_id="j",
            now=NOW,
            expires_at=later(hours=1),
        )
        stores.grants.create(make_grant(), make_code())
        stores.sessions.add_client("session-1", "portal")
        stores.subjects.record_sign_in("hanako", "portal", NOW)
    assert (len(statements.work), statements.commits) == (5, 1)
