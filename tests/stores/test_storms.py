"""Many at once: what may happen once happens once, on both databases, from two processes' worth of connections."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from idp.domain.challenge import Lapsed, Passed, Wrong
from idp.domain.grant import CodeReplayed, Redeemed, RefreshReplayed, Rotated
from idp.domain.subject import Identifier, IdentifierKind
from idp.stores.challenges import CHALLENGES
from idp.stores.tokens import REFRESH_TOKENS
from tests.samples import NOW, make_subject
from tests.stores.makers import (
    RETRY,
    make_access,
    make_challenge,
    make_code,
    make_grant,
    make_interaction,
    make_job,
    make_journey,
    make_refresh,
)
from tests.stores.parallel import Crowd, together

THREADS = 64
ROUNDS = 200
HOUR = timedelta(hours=1)


@pytest.fixture
def pair(stores, other_stores):
    """Stores for the thread of a number: every second one belongs to the other process."""
    return lambda number: (stores, other_stores)[number % 2]


def names(answers):
    return Counter(type(answer).__name__ for answer in answers)


@pytest.mark.slow
@pytest.mark.spec("RFC6749", "4.1.2")
def test_a_code_redeemed_by_64_at_once_is_redeemed_once_in_each_of_200_rounds(pair, stores):
    for number in range(ROUNDS):
        stores.grants.create(make_grant(id=f"g{number}"), make_code(digest=f"c{number}", grant_id=f"g{number}"))

    def redeem(own, number):
        """As the token endpoint does it in every tenth round, else the verb alone."""
        with own.transactions.unit() if number % 10 == 0 else contextlib.nullcontext():
            answer = own.grants.redeem(f"c{number}", client_id="portal", now=NOW)
            if isinstance(answer, Redeemed):
                own.grants.save_tokens(make_access(digest=f"a{number}", grant_id=answer.grant.id), None)
            return answer

    with Crowd(THREADS) as crowd:
        for number in range(ROUNDS):
            answers = crowd.do(lambda thread, number=number: redeem(pair(thread), number))
            assert names(answers) == {"Redeemed": 1, "CodeReplayed": THREADS - 1}
            assert {answer.grant_id for answer in answers if isinstance(answer, CodeReplayed)} == {f"g{number}"}
            assert stores.grants.find_access(f"a{number}", NOW) is not None


class TestRotation:
    @pytest.fixture
    def families(self, stores):
        def make(count):
            for number in range(count):
                stores.grants.create(make_grant(id=f"g{number}"), None)
                first = make_refresh(digest=f"g{number}.T", grant_id=f"g{number}")
                stores.grants.save_tokens(make_access(digest=f"a{number}", grant_id=f"g{number}"), first)

        return make

    def rotate(self, stores, used, new):
        return stores.grants.rotate(used, successor=make_refresh(digest=new), client_id="portal", now=NOW, retry=RETRY)

    def leaves(self, database, grant_id):
        token = REFRESH_TOKENS.c
        is_leaf = sa.and_(token.grant_id == grant_id, token.spent_at.is_(None), token.replaced_at.is_(None))
        return [row.digest for row in database.read(sa.select(token.digest).where(is_leaf))]

    @pytest.mark.slow
    @pytest.mark.spec("RFC9700", "4.14.2")
    def test_one_token_used_by_64_at_once_leaves_one_live_successor(self, pair, stores, database, families):
        families(10)
        with Crowd(THREADS) as crowd:
            for number in range(10):
                grant_id = f"g{number}"
                answers = crowd.do(lambda thread, at=grant_id: self.rotate(pair(thread), f"{at}.T", f"{at}.{thread}"))
                assert names(answers) == {"Rotated": THREADS}
                [leaf] = self.leaves(database, grant_id)
                assert isinstance(self.rotate(stores, leaf, f"{grant_id}.next"), Rotated)
                assert self.rotate(stores, f"{grant_id}.T", "x") == RefreshReplayed(grant_id)

    @pytest.mark.slow
    def test_successors_that_are_used_meanwhile_never_make_a_second_leaf(self, pair, database, families):
        families(10)

        def use_and_go_on(thread, grant_id):
            used, new = f"{grant_id}.T", f"{grant_id}.{thread}"
            kinds = []
            for step in range(3):
                kinds.append(type(self.rotate(pair(thread), used, f"{new}.{step}")))
                used = f"{new}.{step}"
            return kinds

        with Crowd(16) as crowd:
            for number in range(10):
                grant_id = f"g{number}"
                answers = crowd.do(lambda thread, at=grant_id: use_and_go_on(thread, at))
                assert len(self.leaves(database, grant_id)) == 1
                assert Rotated in itertools.chain.from_iterable(answers)

    @pytest.mark.spec("RFC7009", "2.1")
    def test_nothing_that_is_rotated_while_the_grant_is_revoked_survives(self, pair, stores, families):
        families(10)

        def work(thread, number):
            if thread == 0:
                return stores.grants.revoke(f"g{number}", NOW)
            return self.rotate(pair(thread), f"g{number}.T", f"g{number}.{thread}")

        with Crowd(16) as crowd:
            for number in range(10):
                crowd.do(lambda thread, number=number: work(thread, number))
                found = [stores.grants.find_refresh(f"g{number}.{thread}", NOW) for thread in range(16)]
                assert found == [None] * 16
                assert not isinstance(self.rotate(stores, f"g{number}.T", "x"), Rotated)


class TestCodesThatPeopleType:
    @pytest.mark.spec("NIST SP 800-63B", "3.2.2")
    def test_of_64_guesses_at_once_five_are_compared(self, pair, stores):
        for number in range(5):
            stores.challenges.create(make_challenge(id=f"c{number}", journey_id=f"j{number}"))
            answers = together(
                THREADS, lambda thread, number=number: pair(thread).challenges.attempt(f"c{number}", f"{thread}", NOW)
            )
            assert sorted(answer.tries_left for answer in answers if isinstance(answer, Wrong)) == [0, 1, 2, 3, 4]
            assert [answer for answer in answers if not isinstance(answer, Wrong)] == [Lapsed("too_many")] * 59
            assert stores.challenges.get(f"c{number}").tries == 5

    def test_the_right_answer_given_by_64_at_once_passes_once(self, pair, stores):
        for is_link in (False, True):
            name = f"link {is_link}"
            stores.challenges.create(make_challenge(id=name, journey_id=name, is_link=is_link))
            answers = together(THREADS, lambda thread, name=name: pair(thread).challenges.attempt(name, "right", NOW))
            assert names(answers) == {"Passed": 1, "Lapsed": THREADS - 1}

    def test_a_resend_racing_the_right_answer_lets_one_of_them_win(self, pair, stores):
        for number in range(20):
            old, new = f"old{number}", f"new{number}"
            stores.challenges.create(make_challenge(id=old, journey_id=old))

            def work(thread, old=old, new=new):
                if thread:
                    return pair(thread).challenges.attempt(old, "right", NOW)
                return stores.challenges.create(make_challenge(id=new, journey_id=old))

            _, answer = together(2, work)
            found = stores.challenges.get(old)
            assert isinstance(answer, Passed) == (found.spent_at is not None)
            assert (found.spent_at is None) == (found.replaced_at is not None)

    def test_of_many_resends_at_once_one_code_lives(self, pair, database):
        for number in range(5):
            together(
                16,
                lambda thread, number=number: pair(thread).challenges.create(
                    make_challenge(id=f"{number}.{thread}", journey_id=f"j{number}")
                ),
            )
            is_open = sa.and_(CHALLENGES.c.journey_id == f"j{number}", CHALLENGES.c.replaced_at.is_(None))
            assert len(database.read(sa.select(CHALLENGES.c.id).where(is_open))) == 1


def test_parallel_spending_admits_exactly_the_limit(pair, stores):
    for number in range(5):
        answers = together(
            THREADS, lambda thread, key=f"k{number}": pair(thread).budgets.spend(key, limit=10, window=HOUR, now=NOW)
        )
        assert Counter(answers) == {True: 10, False: THREADS - 10}
        assert stores.budgets.used(f"k{number}", window=HOUR, now=NOW) == 10


def test_a_window_that_is_over_is_opened_anew_by_one_of_many(pair, stores):
    stores.budgets.spend("key", limit=1, window=HOUR, now=NOW)
    answers = together(THREADS, lambda thread: pair(thread).budgets.spend("key", limit=10, window=HOUR, now=NOW + HOUR))
    assert Counter(answers) == {True: 10, False: THREADS - 10}


SPELLINGS = [
    "hanako@example.jp", "Hanako@example.jp", "HANAKO@EXAMPLE.JP", "hanako@Example.jp", "hanako@example.JP",
    "hAnAkO@example.jp", "hanakO@eXample.jp", "HANAKO@example.jp", "hanako@EXAMPLE.jp", "Hanako@Example.Jp",
]  # fmt: skip


def test_ten_spellings_of_one_address_make_one_account(pair, stores):
    def sign_up(thread):
        own = make_subject(id=f"s{thread:02}", email=SPELLINGS[thread % len(SPELLINGS)])
        with pair(thread).transactions.unit():
            is_new = pair(thread).subjects.create(own)
            if is_new:
                pair(thread).outbox.add(make_job(id=own.id))
            return own.id if is_new else None

    [winner] = [answer for answer in together(THREADS, sign_up) if answer]
    assert [subject.id for subject in stores.subjects.list()] == [winner]
    assert [job.id for job in stores.outbox.claim(NOW, lease=HOUR, limit=99)] == [winner]


def test_a_log_in_wanted_by_many_belongs_to_one(pair, stores):
    for thread in range(16):
        stores.subjects.create(make_subject(id=f"s{thread:02}", email=f"s{thread}@example.jp"))
    wanted = Identifier(realm="wallet", kind=IdentifierKind.PHONE, value="+819012345678", verified_at=NOW)
    answers = together(16, lambda thread: pair(thread).subjects.add_login(f"s{thread:02}", wanted))
    owner = stores.subjects.find("wallet", IdentifierKind.PHONE, "+819012345678")
    assert [f"s{thread:02}" for thread, is_own in enumerate(answers) if is_own] == [owner.id]


def test_attributes_that_are_set_at_once_are_all_kept(pair, stores):
    stores.subjects.create(make_subject(attributes={}))
    together(32, lambda thread: pair(thread).subjects.set_attributes("hanako", {f"a{thread}": thread}, NOW))
    assert stores.subjects.get("hanako").attributes == {f"a{thread}": thread for thread in range(32)}


def test_of_64_submits_of_one_form_one_moves_the_journey(pair, stores):
    stores.journeys.create(make_journey())

    def submit(thread):
        return pair(thread).journeys.save(make_journey(state={"by": thread}), expected_state_no=0)

    [winner] = [thread for thread, is_saved in enumerate(together(THREADS, submit)) if is_saved]
    saved = stores.journeys.get("journey")
    assert (saved.state, saved.state_no) == ({"by": winner}, 1)


def test_an_interaction_is_finished_once_and_forgets_no_question(pair, stores):
    stores.interactions.create(make_interaction())
    together(16, lambda thread: pair(thread).interactions.asked("interaction", "journey", f"reason {thread}"))
    asked = stores.interactions.get("interaction", NOW).asked
    assert sorted(asked) == sorted(f"reason {thread}" for thread in range(16))
    answers = together(THREADS, lambda thread: pair(thread).interactions.finish("interaction", NOW))
    assert sum(answers) == 1


def test_no_two_workers_get_the_same_job(pair, stores):
    for number in range(100):
        stores.outbox.add(make_job(id=f"j{number:03}"))

    def work(thread):
        mine = []
        while claimed := pair(thread).outbox.claim(NOW, lease=HOUR, limit=3):
            mine += [job.id for job in claimed]
        return mine

    taken = Counter(itertools.chain.from_iterable(together(12, work)))
    left = [job.id for job in stores.outbox.claim(NOW, lease=HOUR, limit=100)]
    assert set(taken.values()) == {1}
    assert sorted([*taken, *left]) == [f"j{number:03}" for number in range(100)]


@pytest.mark.spec("RFC7523", "3")
def test_an_assertion_sent_by_64_at_once_is_taken_once(pair):
    answers = together(THREADS, lambda thread: pair(thread).replays.first_use("portal", "jti", NOW + HOUR, NOW))
    assert sum(answers) == 1
