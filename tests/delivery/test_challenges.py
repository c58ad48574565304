"""Whom an address belongs to, and what is written to it; each in the same words and time on the pages."""

from datetime import timedelta

import pytest

from idp.delivery.handlers.challenge import answer_challenge
from idp.domain.outbox import JobKind
from idp.domain.ports import HookFailed
from idp.domain.subject import SubjectStatus


def resolved(bench, challenge):
    found = bench.stores.challenges.get(challenge.id)
    return found.matches, found.reply


def sent(bench):
    return [(message.to, message.text) for message in bench.senders.sent]


def test_a_known_address_gets_the_code(bench):
    bench.add_subject()
    challenge = bench.add_challenge("known")
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "code 048213")]
    assert resolved(bench, challenge) == (True, None)


def test_the_code_goes_to_the_stored_address_however_it_was_typed(bench):
    bench.add_subject("Hanako@example.jp")
    bench.add_challenge("known", address="hANAKO@example.jp")
    bench.deliver()
    assert [message.to for message in bench.senders.sent] == ["Hanako@example.jp"]


def test_a_code_for_anyone_goes_to_the_stored_address_too_when_there_is_one(bench):
    bench.add_subject("Hanako@example.jp")
    bench.add_challenge("anyone", address="hANAKO@example.jp")
    bench.deliver()
    assert [message.to for message in bench.senders.sent] == ["Hanako@example.jp"]


def test_nobodys_code_is_neither_sent_nor_ever_right(bench):
    challenge = bench.add_challenge("nobody", otherwise=None)
    bench.deliver()
    assert sent(bench) == []
    assert resolved(bench, challenge) == (False, None)


@pytest.mark.parametrize("typed", ["hanaKo@example.jp", "ſhanako@example.jp", "hanakó@example.jp"])
def test_an_address_that_is_only_like_a_known_one_is_not_known(bench, typed):
    bench.add_subject("shanako@example.jp")
    challenge = bench.add_challenge("known", address=typed)
    bench.deliver()
    assert resolved(bench, challenge) == (False, None)
    assert all("048213" not in text for _, text in sent(bench))


def test_an_unknown_address_gets_a_mail_that_says_so_and_no_code_ever_matches(bench):
    challenge = bench.add_challenge("known")
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "no_account")]
    assert resolved(bench, challenge) == (False, None)


def test_without_a_mail_for_that_nothing_is_sent(bench):
    challenge = bench.add_challenge("known", otherwise=None)
    bench.deliver()
    assert sent(bench) == []
    assert resolved(bench, challenge) == (False, None)


def test_a_disabled_account_is_not_let_in_and_nobody_else_is_asked(bench):
    bench.add_subject(status=SubjectStatus.DISABLED)
    challenge = bench.add_challenge("known", hook="member_registry")
    bench.deliver()
    assert resolved(bench, challenge) == (False, None)
    assert bench.hooks.calls == []
    assert sent(bench) == [("hanako@example.jp", "no_account")]


def test_who_is_known_elsewhere_gets_the_code_and_the_reply_is_kept(bench):
    bench.hooks.reply = {"found": True, "name": "組合 員"}
    challenge = bench.add_challenge("known", hook="member_registry")
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "code 048213")]
    assert resolved(bench, challenge) == (True, {"found": True, "name": "組合 員"})
    assert [(hook, send) for hook, send, _ in bench.hooks.calls] == [
        ("member_registry", {"email": "hanako@example.jp"})
    ]


@pytest.mark.parametrize("reply", [{"found": False}, {}, {"found": None, "name": "x"}])
def test_who_is_known_nowhere_gets_no_code(bench, reply):
    bench.hooks.reply = reply
    challenge = bench.add_challenge("known", hook="member_registry")
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "no_account")]
    assert resolved(bench, challenge) == (False, None)


def test_an_account_is_enough_without_asking_elsewhere(bench):
    bench.add_subject()
    bench.add_challenge("known", hook="member_registry")
    bench.deliver()
    assert bench.hooks.calls == []
    assert sent(bench) == [("hanako@example.jp", "code 048213")]


def test_when_the_other_system_is_down_the_mail_says_try_later(bench):
    bench.hooks.reply = HookFailed("member_registry: status 503")
    challenge = bench.add_challenge("known", hook="member_registry")
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "try_later")]
    assert resolved(bench, challenge) == (False, None)
    assert len(bench.hooks.calls) == 1


def test_a_free_address_gets_the_link(bench):
    challenge = bench.add_challenge("unknown", is_link=True, otherwise="sign_up_known")
    bench.deliver()
    (message,) = bench.senders.sent
    assert (message.link, message.code) == ("http://localhost:9000/link/abc", None)
    assert resolved(bench, challenge) == (True, None)


@pytest.mark.parametrize("status", list(SubjectStatus))
def test_a_taken_address_gets_another_mail_and_no_link(bench, status):
    bench.add_subject("Hanako@example.jp", status)
    challenge = bench.add_challenge("unknown", is_link=True, otherwise="sign_up_known")
    bench.deliver()
    assert sent(bench) == [("Hanako@example.jp", "sign_up_known")]
    assert resolved(bench, challenge) == (False, None)


def test_anyone_means_anyone(bench):
    challenge = bench.add_challenge("anyone")
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "code 048213")]
    assert resolved(bench, challenge) == (True, None)


def test_a_challenge_that_was_replaced_is_dropped(bench):
    bench.add_subject()
    first = bench.add_challenge("known")
    bench.add_challenge("known")
    bench.deliver()
    assert len(bench.senders.sent) == 1
    assert resolved(bench, first) == (None, None)


def test_a_challenge_replaced_while_the_hook_was_asked_sends_nothing(bench):
    bench.hooks.reply = {"found": True}
    bench.hooks.meanwhile = lambda: bench.hooks.calls[1:] or bench.add_challenge("known")
    bench.add_challenge("known", hook="member_registry")
    bench.deliver()
    assert [text for _, text in sent(bench)] == ["no_account"]


def test_an_expired_challenge_is_dropped(bench):
    bench.add_subject()
    challenge = bench.add_challenge("known")
    job = bench.jobs()[0]
    assert job.expires_at == challenge.expires_at
    bench.clock.move(minutes=10)
    bench.deliver()
    assert bench.senders.sent == []


def test_finding_and_message_are_stored_together_or_not_at_all(bench):
    """What a kill between the two would leave behind is left behind here by an error in the second."""
    bench.add_subject()
    challenge = bench.add_challenge("known")
    worker = bench.worker()
    taken = bench.secrets.identifier
    bench.secrets.identifier = lambda: bench.jobs()[0].id  # taken already: the second INSERT fails
    assert worker.turn(JobKind.CHALLENGE)
    assert resolved(bench, challenge) == (None, None)
    assert len(bench.jobs()) == 1
    bench.secrets.identifier = taken
    bench.clock.move(seconds=2)
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "code 048213")]


def test_the_message_lives_as_long_as_its_code_and_keeps_language_and_facts(bench):
    bench.add_subject()
    challenge = bench.add_challenge("known")
    bench.worker().turn(JobKind.CHALLENGE)
    (row,) = bench.jobs(JobKind.MESSAGE)
    assert row.expires_at == challenge.expires_at
    (job,) = bench.stores.outbox.claim(
        bench.clock.now(), lease=challenge.expires_at - bench.clock.now(), limit=9, kinds=[JobKind.MESSAGE]
    )
    assert job.payload["locale"] == "ja"
    assert job.payload["params"] == {"client_id": "portal"}
    assert bench.jobs(JobKind.CHALLENGE)[0].payload is None


def test_a_kill_right_after_that_transaction_leaves_nothing_to_repeat(bench):
    bench.add_subject()
    bench.add_challenge("known")
    (job,) = bench.stores.outbox.claim(bench.clock.now(), lease=timedelta(seconds=30), limit=1)
    answer_challenge(job, bench.ports)  # and here the worker dies, before it can say `done`
    bench.clock.move(seconds=30)
    bench.deliver()
    assert sent(bench) == [("hanako@example.jp", "code 048213")]
