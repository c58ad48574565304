from __future__ import annotations

import pytest

from idp.domain.challenge import Channel, Lapsed, Passed, Wrong
from tests.samples import NOW
from tests.stores.makers import later, make_challenge
from tests.stores.units import rolled_back


def attempt(stores, answer, at=NOW, challenge_id="challenge"):
    return stores.challenges.attempt(challenge_id, answer, at)


@pytest.fixture
def asked(stores):
    stores.challenges.create(make_challenge())
    return stores


def test_a_challenge_comes_back_as_it_was(stores):
    full = make_challenge(matches=None, reply={"name": "組合 員"}, address="a\x00b")
    stores.challenges.create(full)
    assert stores.challenges.get("challenge") == full
    assert stores.challenges.get("other") is None


@pytest.mark.spec("OWASP ASVS 5.0", "6.5.1")
def test_the_right_answer_passes_once(asked):
    answer = attempt(asked, "right")
    assert isinstance(answer, Passed)
    assert answer.challenge == make_challenge(tries=1, spent_at=NOW)
    assert attempt(asked, "right") == Lapsed("spent")


@pytest.mark.spec("NIST SP 800-63B", "3.2.2")
def test_five_wrong_answers_are_the_last_word(asked):
    assert [attempt(asked, "wrong") for _ in range(5)] == [Wrong(4), Wrong(3), Wrong(2), Wrong(1), Wrong(0)]
    assert attempt(asked, "right") == Lapsed("too_many")
    assert asked.challenges.get("challenge").tries == 5


def test_the_right_answer_may_be_the_last_one(asked):
    for _ in range(4):
        attempt(asked, "wrong")
    assert isinstance(attempt(asked, "right"), Passed)


@pytest.mark.parametrize("matches", [False, None])
def test_whoever_may_not_be_let_in_is_answered_like_everybody_and_never_passes(stores, matches):
    stores.challenges.create(make_challenge(matches=matches))
    assert [attempt(stores, "right") for _ in range(5)] == [Wrong(4), Wrong(3), Wrong(2), Wrong(1), Wrong(0)]
    assert attempt(stores, "right") == Lapsed("too_many")


def test_what_the_worker_finds_out_counts_from_then_on(stores):
    stores.challenges.create(make_challenge(matches=None))
    assert attempt(stores, "right") == Wrong(4)
    stores.challenges.resolve("challenge", matches=True, reply={"member_number": "123"})
    passed = attempt(stores, "right")
    assert isinstance(passed, Passed)
    assert passed.challenge.reply == {"member_number": "123"}


def test_a_refusal_of_the_worker_counts_too(asked):
    asked.challenges.resolve("challenge", matches=False, reply=None)
    assert attempt(asked, "right") == Wrong(4)
    assert asked.challenges.get("challenge").reply is None


def test_an_answer_after_the_end_is_not_compared(asked):
    assert attempt(asked, "right", later(minutes=10)) == Lapsed("expired")
    assert asked.challenges.get("challenge").tries == 0
    assert isinstance(attempt(asked, "right", later(minutes=9, seconds=59)), Passed)


def test_an_unknown_challenge_is_not_compared(stores):
    assert attempt(stores, "right", challenge_id="\x00") == Lapsed("unknown")


@pytest.mark.parametrize("answer", ["", "RIGHT", "right ", "righ", "right\x00", "\ud800", "大"])
def test_only_the_right_answer_is_right(asked, answer):
    assert attempt(asked, answer) == Wrong(4)


@pytest.mark.spec("NIST SP 800-63B", "3.1.3.2")
def test_a_new_challenge_ends_the_older_one_of_its_purpose(asked):
    asked.challenges.create(make_challenge(id="new", secret_digest="new", created_at=later(seconds=30)))
    assert attempt(asked, "right") == Lapsed("replaced")
    assert asked.challenges.get("challenge").replaced_at == later(seconds=30)
    assert isinstance(attempt(asked, "new", challenge_id="new"), Passed)


def test_a_new_challenge_after_success_leaves_the_spent_one_spent(asked):
    attempt(asked, "right")
    asked.challenges.create(make_challenge(id="new", secret_digest="new"))
    assert attempt(asked, "right") == Lapsed("spent")
    assert isinstance(attempt(asked, "new", challenge_id="new"), Passed)


def test_other_purposes_and_other_journeys_have_challenges_of_their_own(asked):
    asked.challenges.create(make_challenge(id="phone", purpose="phone"))
    asked.challenges.create(make_challenge(id="elsewhere", journey_id="other"))
    for challenge_id in ("challenge", "phone", "elsewhere"):
        assert isinstance(attempt(asked, "right", challenge_id=challenge_id), Passed)


def test_a_count_survives_only_with_its_unit(asked):
    with rolled_back(asked):
        attempt(asked, "wrong")
    assert asked.challenges.get("challenge").tries == 0


class TestLinks:
    @pytest.fixture
    def sent(self, stores):
        stores.challenges.create(make_challenge(is_link=True, expires_at=later(minutes=60)))
        return stores

    def test_a_link_is_found_by_its_secret(self, sent):
        assert sent.challenges.find_link("right").id == "challenge"
        assert sent.challenges.find_link("wrong") is None

    def test_a_code_is_not_found_as_a_link(self, asked):
        assert asked.challenges.find_link("right") is None

    def test_a_link_that_is_over_is_still_found_so_that_the_page_can_say_why(self, sent):
        attempt(sent, "right")
        assert sent.challenges.find_link("right").spent_at == NOW

    def test_a_link_is_good_once_whoever_looked_at_it_before(self, sent):
        sent.challenges.find_link("right")
        assert isinstance(attempt(sent, "right"), Passed)
        assert attempt(sent, "right") == Lapsed("spent")

    def test_wrong_answers_to_a_link_are_not_counted(self, sent):
        assert {attempt(sent, "wrong") for _ in range(20)} == {Wrong(5)}
        assert isinstance(attempt(sent, "right"), Passed)

    def test_a_link_lapses_like_a_code(self, sent):
        assert attempt(sent, "right", later(minutes=61)) == Lapsed("expired")
        sent.challenges.create(make_challenge(id="new", is_link=True, secret_digest="new"))
        assert attempt(sent, "right") == Lapsed("replaced")

    @pytest.mark.parametrize("matches", [False, None])
    def test_a_link_for_nobody_never_passes(self, stores, matches):
        stores.challenges.create(make_challenge(is_link=True, matches=matches))
        assert attempt(stores, "right") == Wrong(5)


def test_what_a_journey_sent_to_an_address_is_listed_oldest_first_with_what_was_replaced(stores):
    stores.challenges.create(make_challenge())
    stores.challenges.create(make_challenge(id="other-address", address="taro@example.jp", created_at=later(seconds=1)))
    stores.challenges.create(make_challenge(id="second", created_at=later(seconds=31)))
    stores.challenges.create(make_challenge(id="phone", purpose="phone"))
    stores.challenges.create(make_challenge(id="elsewhere", journey_id="other"))
    sent = stores.challenges.sent("journey", purpose="email", channel=Channel.MAIL, address="hanako@example.jp")
    assert [(one.id, one.is_open(later(seconds=32))) for one in sent] == [("challenge", False), ("second", True)]


def test_what_is_on_its_way_to_an_address_ends_in_all_journeys_but_one(stores):
    for name in ("mine", "theirs"):
        stores.challenges.create(make_challenge(id=name, journey_id=name, address="Hanako@example.jp"))
    stores.challenges.create(make_challenge(id="other", journey_id="theirs", purpose="x", address="taro@example.jp"))
    stores.challenges.end_for(["hanako@example.jp", "+819012345678"], NOW, but_journey="mine")
    open_ones = {name for name in ("mine", "theirs", "other") if stores.challenges.get(name).is_open(NOW)}
    assert open_ones == {"mine", "other"}
