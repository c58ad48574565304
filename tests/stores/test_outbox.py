from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from idp.domain.challenge import Channel
from idp.domain.outbox import DeliveredMessage, JobKind, Message
from idp.stores.dev_outbox import DEV_OUTBOX
from idp.stores.outbox import OUTBOX, SqlOutboxStore
from tests.samples import NOW, ago
from tests.stores.fakes import FakeSealer
from tests.stores.makers import later, make_job
from tests.stores.units import rolled_back

LEASE = timedelta(seconds=60)
SECRETS = ("012345", "hanako@example.jp", "大学 花子")


def claim(stores, at=NOW, limit=10, **options: Any):
    return stores.outbox.claim(at, lease=LEASE, limit=limit, **options)


def ids(jobs):
    return [job.id for job in jobs]


def stored(database, table):
    return str(database.read(sa.select(table)))


class TestOutbox:
    def test_a_claimed_job_is_the_one_that_was_added(self, stores):
        stores.outbox.add(make_job())
        assert claim(stores) == [replace(make_job(), attempts=1, due_at=NOW + LEASE)]

    def test_nobody_else_gets_it_before_its_lease_ends(self, stores):
        stores.outbox.add(make_job())
        claim(stores)
        assert claim(stores, later(seconds=59)) == ()
        [again] = claim(stores, later(seconds=60))
        assert again.attempts == 2

    def test_what_is_not_due_waits(self, stores):
        stores.outbox.add(make_job(due_at=later(seconds=10)))
        assert claim(stores, later(seconds=9)) == ()
        assert ids(claim(stores, later(seconds=10))) == ["job"]

    def test_the_oldest_due_first_and_no_more_than_asked_for(self, stores):
        for name, seconds in (("c", 1), ("a", 3), ("b", 2)):
            stores.outbox.add(make_job(id=name, due_at=ago(seconds=seconds)))
        assert ids(claim(stores, limit=2)) == ["a", "b"]
        assert ids(claim(stores, limit=2)) == ["c"]

    def test_kinds_are_claimed_apart(self, stores):
        for kind in JobKind:
            stores.outbox.add(make_job(id=kind.value, kind=kind))
        assert ids(claim(stores, kinds=[JobKind.HOOK])) == ["hook"]
        assert set(ids(claim(stores, kinds={JobKind.MESSAGE, JobKind.LOGOUT}))) == {"message", "logout"}
        assert claim(stores, kinds=()) == ()
        assert ids(claim(stores)) == ["challenge"]

    def test_with_nothing_due_it_only_reads(self, stores, statements):
        stores.outbox.add(make_job(due_at=later(hours=1)))
        statements.sent.clear()
        claim(stores)
        assert [sent.split()[0] for sent in statements.sent] == ["SELECT"]

    def test_a_job_that_is_done_is_over_and_its_payload_erased(self, stores, database):
        stores.outbox.add(make_job())
        claim(stores)
        stores.outbox.done("job")
        assert claim(stores, later(days=1)) == ()
        assert database.read(sa.select(OUTBOX.c.payload, OUTBOX.c.reason)) == [(None, None)]

    def test_a_job_that_failed_comes_back_when_told(self, stores):
        stores.outbox.add(make_job())
        claim(stores)
        stores.outbox.retry("job", later(seconds=5))
        assert claim(stores, later(seconds=4)) == ()
        assert claim(stores, later(seconds=5))[0].attempts == 2

    def test_a_job_given_up_keeps_its_reason_and_nothing_else(self, stores, database):
        stores.outbox.add(make_job())
        stores.outbox.give_up("job", "mailbox unknown")
        assert claim(stores, later(days=1)) == ()
        assert database.read(sa.select(OUTBOX.c.payload, OUTBOX.c.reason)) == [(None, "mailbox unknown")]

    def test_what_is_over_stays_over(self, stores, database):
        stores.outbox.add(make_job())
        stores.outbox.done("job")
        stores.outbox.retry("job", NOW)
        stores.outbox.give_up("job", "too late")
        assert claim(stores, later(days=1)) == ()
        assert database.read(sa.select(OUTBOX.c.reason)) == [(None,)]

    def test_an_expired_job_is_handed_out_for_the_worker_to_give_up(self, stores):
        stores.outbox.add(make_job())
        assert ids(claim(stores, later(days=2))) == ["job"]

    def test_a_job_is_not_there_before_its_cause_is(self, stores):
        with rolled_back(stores):
            stores.outbox.add(make_job())
        assert claim(stores) == ()

    def test_nothing_of_a_payload_can_be_read_in_the_database(self, stores, database):
        stores.outbox.add(make_job())
        assert not any(secret in stored(database, OUTBOX) for secret in SECRETS)

    def test_a_payload_moved_to_another_row_cannot_be_opened(self, stores, database):
        stores.outbox.add(make_job())
        stores.outbox.add(make_job(id="other", payload={}))
        with database.unit():
            [row] = database.read(sa.select(OUTBOX.c.payload).where(OUTBOX.c.id == "job"))
            database.write(sa.update(OUTBOX).values(payload=row.payload))
        assert ids(claim(stores)) == ["job"]


class TestAJobThatCannotBeOpened:
    """The key may come back, so it waits; it holds up nobody, and ends when it expires."""

    @pytest.fixture
    def locked_out(self, stores, database):
        stores.outbox.add(make_job(id="locked", due_at=ago(seconds=9)))
        database.write(sa.update(OUTBOX).values(payload="something else"))
        stores.outbox.add(make_job(id="good"))
        return stores

    def test_does_not_hold_up_the_others(self, locked_out, caplog):
        assert ids(claim(locked_out)) == ["good"]
        assert "locked" in caplog.text
        assert "something else" not in caplog.text

    def test_waits_for_its_key(self, locked_out, database):
        claim(locked_out)
        right = FakeSealer().seal("outbox:locked", "{}")
        database.write(sa.update(OUTBOX).where(OUTBOX.c.id == "locked").values(payload=right))
        assert "locked" in ids(claim(locked_out, later(minutes=2)))

    def test_ends_when_it_expires(self, locked_out, database):
        claim(locked_out, later(hours=2))
        [row] = database.read(sa.select(OUTBOX).where(OUTBOX.c.id == "locked"))
        assert (row.payload, row.reason) == (None, "the payload cannot be opened with the keys at hand")


def make_delivered(name="m1", to="hanako@example.jp", at=NOW, **changes: Any):
    message = Message(
        id=name,
        channel=Channel.MAIL,
        to=to,
        text="012345 大学 花子",
        subject="件名",
        html="<p>",
        code="012345",
        locale="ja",
    )
    return DeliveredMessage(message=replace(message, **changes), sent_at=at)


class TestDevOutbox:
    def test_a_message_comes_back_as_it_was(self, stores):
        sms = make_delivered("m2", "+819012345678", later(seconds=1), channel=Channel.SMS, subject=None, html=None)
        for delivered in (make_delivered(), sms):
            stores.dev_outbox.add(delivered)
        assert stores.dev_outbox.list() == [sms, make_delivered()]

    def test_newest_first_even_within_a_moment_and_nothing_dropped(self, stores):
        for number in range(30):
            stores.dev_outbox.add(make_delivered(f"m{number:02}"))
        assert [each.message.id for each in stores.dev_outbox.list()] == [
            f"m{number:02}" for number in reversed(range(30))
        ]

    def test_the_messages_to_one_recipient_in_any_case(self, stores):
        stores.dev_outbox.add(make_delivered(to="Hanako@example.jp"))
        stores.dev_outbox.add(make_delivered("m2", "taro@example.jp"))
        assert [each.message.id for each in stores.dev_outbox.list("hanako@EXAMPLE.jp")] == ["m1"]
        assert stores.dev_outbox.list("nobody\x00") == []

    def test_a_message_sent_twice_is_kept_once(self, stores):
        stores.dev_outbox.add(make_delivered())
        stores.dev_outbox.add(make_delivered(at=later(seconds=9)))
        assert stores.dev_outbox.list() == [make_delivered()]

    def test_nothing_of_it_can_be_read_in_the_database(self, stores, database):
        stores.dev_outbox.add(make_delivered())
        assert not any(secret in stored(database, DEV_OUTBOX) for secret in SECRETS)


def test_the_sealer_is_asked_for_each_row_by_itself(database):
    asked = []

    class Watching(FakeSealer):
        def seal(self, purpose, plain):
            asked.append(purpose)
            return super().seal(purpose, plain)

    SqlOutboxStore(database, Watching()).add(make_job())
    assert asked == ["outbox:job"]
