"""Refresh rotation: contract.md, «Refresh rotation»; RFC 9700 §4.14.2."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from idp.domain.grant import RefreshReplayed, Rotated, UnknownRefreshToken
from tests.samples import NOW
from tests.stores.makers import RETRY, later, make_grant, make_refresh
from tests.stores.units import rolled_back

REPLAYED = RefreshReplayed("grant")
UNKNOWN = UnknownRefreshToken()
ROTATED = Rotated(make_grant(), ("openid", "profile"))


@pytest.fixture
def grants(stores):
    stores.grants.create(make_grant(), None)
    stores.grants._add_refresh(make_refresh(digest="T"), predecessor=None)
    return stores.grants


def rotate(grants, used, new, *, at=0.0, client_id="portal", **changes: Any):
    """Use a token `at` seconds after the start."""
    now = later(seconds=at)
    successor = make_refresh(digest=new, issued_at=now, **{"expires_at": now + timedelta(days=30), **changes})
    return grants.rotate(used, successor=successor, client_id=client_id, now=now, retry=RETRY)


def live(grants, *digests: str, at=0.0):
    return {digest for digest in digests if grants.find_refresh(digest, later(seconds=at))}


@pytest.mark.spec("RFC6749", "6")
def test_a_token_is_spent_and_its_successor_lives(grants):
    assert rotate(grants, "T", "S") == ROTATED
    assert live(grants, "T", "S") == {"S"}


def test_a_chain_goes_on(grants):
    tokens = ["T", *(f"S{number}" for number in range(5))]
    for number, (used, new) in enumerate(itertools.pairwise(tokens)):
        assert rotate(grants, used, new, at=number * 600) == ROTATED
        assert live(grants, *tokens, at=number * 600) == {new}


@pytest.mark.spec("RFC7009", "2.1")
@pytest.mark.parametrize("known", ["T", "S", "U"])
def test_any_token_of_a_family_revokes_it_once_and_only_for_its_client(grants, known):
    rotate(grants, "T", "S")
    rotate(grants, "S", "U", at=600)
    assert grants.revoke_family(known, client_id="another", now=NOW) is None
    assert live(grants, "U") == {"U"}
    assert grants.revoke_family(known, client_id="portal", now=NOW) == "grant"
    assert live(grants, "U") == set()
    assert grants.revoke_family(known, client_id="portal", now=NOW) is None


def test_the_successor_belongs_to_the_family_whatever_is_brought_along(grants):
    rotate(grants, "T", "S", grant_id="stolen", client_id="portal", scopes=("openid", "admin"))
    token, grant = grants.find_refresh("S", NOW)
    assert (token.grant_id, token.client_id, token.scopes, grant.id) == (
        "grant",
        "portal",
        ("openid", "profile"),
        "grant",
    )


@pytest.mark.spec("RFC9700", "4.14.2")
def test_a_replay_ends_nothing_by_itself_but_names_the_family(grants):
    rotate(grants, "T", "S")
    rotate(grants, "S", "S2", at=1)
    assert rotate(grants, "T", "S3", at=2) == REPLAYED
    assert live(grants, "T", "S", "S2", "S3") == {"S2"}


class TestRetry:
    def test_a_lost_answer_may_be_asked_for_again(self, grants):
        rotate(grants, "T", "S1")
        assert rotate(grants, "T", "S2", at=30) == ROTATED
        assert live(grants, "T", "S1", "S2") == {"S2"}

    def test_as_often_as_it_is_lost(self, grants):
        for number in range(10):
            assert rotate(grants, "T", f"S{number}", at=number) == ROTATED
            assert live(grants, *(f"S{each}" for each in range(10))) == {f"S{number}"}

    def test_but_not_later_than_half_a_minute_after_the_first_time(self, grants):
        rotate(grants, "T", "S1")
        rotate(grants, "T", "S2", at=29)
        assert rotate(grants, "T", "S3", at=30.001) == REPLAYED
        assert live(grants, "S1", "S2", "S3", at=31) == {"S2"}

    def test_nor_after_the_successor_was_used(self, grants):
        rotate(grants, "T", "S1")
        rotate(grants, "S1", "S2", at=1)
        assert rotate(grants, "T", "S3", at=2) == REPLAYED

    def test_nor_after_the_successor_of_a_retry_was_used(self, grants):
        rotate(grants, "T", "S1")
        rotate(grants, "T", "S2", at=1)
        rotate(grants, "S2", "S3", at=2)
        assert rotate(grants, "T", "S4", at=3) == REPLAYED

    def test_the_successors_own_retry_still_works(self, grants):
        rotate(grants, "T", "S1")
        rotate(grants, "S1", "S2", at=1)
        assert rotate(grants, "S1", "S3", at=2) == ROTATED
        assert live(grants, "T", "S1", "S2", "S3") == {"S3"}

    def test_each_predecessor_of_a_chain_is_a_replay(self, grants):
        for number, used in enumerate(["T", "S0", "S1"]):
            rotate(grants, used, f"S{number}", at=number / 10)  # several within a second
        assert rotate(grants, "T", "new", at=1) == REPLAYED
        assert rotate(grants, "S0", "new", at=1) == REPLAYED
        assert rotate(grants, "S1", "new", at=1) == ROTATED

    def test_by_another_client_changes_nothing(self, grants):
        rotate(grants, "T", "S1")
        assert rotate(grants, "T", "S2", at=1, client_id="wallet") == UNKNOWN
        assert live(grants, "S1", "S2") == {"S1"}

    def test_of_a_token_that_expired_meanwhile_is_still_the_same_answer(self, stores):
        stores.grants.create(make_grant(), None)
        stores.grants._add_refresh(make_refresh(digest="T", expires_at=later(seconds=1)), predecessor=None)
        rotate(stores.grants, "T", "S1")
        assert rotate(stores.grants, "T", "S2", at=2) == ROTATED


class TestASuccessorThatGaveWay:
    def test_is_refused_at_first_because_answers_may_cross(self, grants):
        rotate(grants, "T", "S1")
        rotate(grants, "T", "S2", at=1)
        assert rotate(grants, "S1", "X", at=2) == UNKNOWN
        assert rotate(grants, "S2", "S3", at=3) == ROTATED

    @pytest.mark.spec("RFC9700", "4.14.2")
    def test_is_a_sign_of_theft_later_because_two_holders_had_one_each(self, grants):
        rotate(grants, "T", "S1")
        rotate(grants, "T", "S2", at=1)
        assert rotate(grants, "S1", "X", at=600) == REPLAYED

    def test_is_not_even_known_to_another_client(self, grants):
        rotate(grants, "T", "S1")
        rotate(grants, "T", "S2", at=1)
        assert rotate(grants, "S1", "X", at=600, client_id="wallet") == UNKNOWN


class TestWhoMayNot:
    @pytest.mark.spec("RFC6749", "6")
    def test_another_client(self, grants):
        assert rotate(grants, "T", "S", client_id="wallet") == UNKNOWN
        assert live(grants, "T", "S") == {"T"}

    def test_nobody_with_an_expired_token(self, grants):
        assert rotate(grants, "T", "S", at=30 * 86400) == UNKNOWN
        assert live(grants, "S", at=30 * 86400) == set()

    def test_nobody_after_the_grant_was_revoked_not_even_by_retry_or_replay(self, grants):
        rotate(grants, "T", "S")
        grants.revoke("grant", NOW)
        assert rotate(grants, "S", "S2", at=1) == UNKNOWN
        assert rotate(grants, "T", "S2", at=1) == UNKNOWN
        assert live(grants, "T", "S", "S2") == set()

    @pytest.mark.parametrize("digest", ["", "t", "T ", "unknown", "T\x00", "\udfff"])
    def test_nobody_with_what_is_not_a_token(self, grants, digest):
        assert rotate(grants, digest, "S") == UNKNOWN


class TestTheAbsoluteEnd:
    def test_no_successor_outlives_the_grant(self, grants):
        rotate(grants, "T", "S", expires_at=later(days=365))
        assert grants.find_refresh("S", NOW)[0].expires_at == make_grant().expires_at

    def test_an_idle_end_before_it_stays(self, grants):
        rotate(grants, "T", "S", expires_at=later(days=7))
        assert grants.find_refresh("S", NOW)[0].expires_at == later(days=7)

    def test_nothing_is_rotated_after_it_however_active_the_client_is(self, stores):
        stores.grants.create(make_grant(expires_at=later(days=2)), None)
        stores.grants._add_refresh(make_refresh(digest="T0"), predecessor=None)
        for day in range(3):
            answer = rotate(stores.grants, f"T{day}", f"T{day + 1}", at=day * 86400)
            assert isinstance(answer, Rotated) == (day < 2)


def test_a_rotation_that_is_rolled_back_leaves_the_token_live(stores, grants):
    with rolled_back(stores):
        rotate(grants, "T", "S")
    assert live(grants, "T", "S") == {"T"}
