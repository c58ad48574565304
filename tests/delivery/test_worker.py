"""When the worker does what, tries again, and gives up; with a clock that stands."""

import logging
import threading
import time
from datetime import timedelta

import pytest

from idp.delivery.pace import LANES, Lane, Pace, lease_for
from idp.domain.outbox import JobKind
from idp.domain.ports import DeliveryFailed, HookFailed


def test_a_message_is_sent_once_under_the_id_of_its_job(bench):
    job = bench.add_message()
    bench.deliver()
    bench.deliver()
    assert [(message.id, message.code) for message in bench.senders.sent] == [(job.id, "048213")]
    (row,) = bench.jobs()
    assert (row.payload, row.reason) == (None, None)


def test_a_job_that_is_not_due_waits(bench):
    bench.add_message()
    bench.clock.move(seconds=-1)
    bench.deliver()
    assert bench.senders.sent == []


def test_a_failure_is_tried_again_after_a_pause_that_doubles(bench):
    bench.add_message()
    bench.senders.fails = [DeliveryFailed("away") for _ in range(4)]
    worker, pauses = bench.worker(), []
    for _ in range(4):
        assert worker.turn(JobKind.MESSAGE)
        (row,) = bench.jobs()
        pauses.append((row.due_at - bench.clock.now()).total_seconds())
        assert not worker.turn(JobKind.MESSAGE)
        bench.clock.at = row.due_at
    for pause, steady in zip(pauses, (1, 2, 4, 8), strict=True):
        assert 0.75 * steady <= pause <= 1.25 * steady
    assert worker.turn(JobKind.MESSAGE)
    assert len(bench.senders.sent) == 1


def test_pauses_grow_no_longer_than_the_longest():
    pace = Pace(lease=timedelta(seconds=30))
    assert pace.pause(1, 0.5) == timedelta(seconds=1)
    assert pace.pause(10_000, 0.5) == pace.longest_pause
    assert pace.pause(3, 0.0) == timedelta(seconds=3)
    assert pace.pause(3, 1.0) == timedelta(seconds=5)


def test_a_final_failure_is_given_up_at_once_and_its_text_erased(bench):
    bench.add_message()
    bench.senders.fails = [DeliveryFailed("recipient refused with 550", is_final=True)]
    bench.deliver()
    (row,) = bench.jobs()
    assert (row.payload, row.reason) == (None, "recipient refused with 550")


def test_when_there_is_no_time_left_for_another_try_the_job_is_given_up(bench):
    bench.add_message()
    bench.clock.move(minutes=9, seconds=59.5)
    bench.senders.fails = [DeliveryFailed("away")]
    bench.deliver()
    (row,) = bench.jobs()
    assert row.payload is None
    assert row.reason == "too late to try again: away"


def test_an_expired_job_is_not_even_tried(bench):
    bench.add_message()
    bench.clock.move(minutes=10)
    bench.deliver()
    assert bench.senders.sent == []
    assert bench.jobs()[0].reason == "expired"


def test_a_channel_without_a_provider_ends_the_job(bench):
    bench.add_message(channel="sms", to="+819012345678")
    bench.senders.clear()
    bench.deliver()
    assert bench.jobs()[0].reason == "no provider for sms"


def test_an_error_nobody_foresaw_is_tried_again_and_its_text_goes_nowhere(bench, caplog):
    bench.add_message()
    bench.senders.fails = [RuntimeError("code 048213 for hanako@example.jp")]
    bench.deliver()
    assert bench.jobs()[0].payload is not None
    assert "RuntimeError at conftest.py" in caplog.text
    assert "048213" not in caplog.text
    bench.clock.move(seconds=2)
    bench.deliver()
    assert len(bench.senders.sent) == 1


def test_what_a_dead_worker_held_comes_back_when_its_lease_ends(bench):
    bench.add_message()
    lease = timedelta(seconds=30)
    assert bench.stores.outbox.claim(bench.clock.now(), lease=lease, limit=1, kinds=[JobKind.MESSAGE])
    bench.clock.move(seconds=29)
    bench.deliver()
    assert bench.senders.sent == []
    bench.clock.move(seconds=1)
    bench.deliver()
    assert len(bench.senders.sent) == 1


def test_the_lease_is_longer_than_the_slowest_job():
    assert lease_for(timedelta(seconds=3), is_development=True) == timedelta(seconds=8)
    assert lease_for(timedelta(seconds=3), is_development=False) > timedelta(seconds=60)


def test_no_log_line_holds_a_code_a_link_or_a_whole_address(bench, caplog):
    caplog.set_level(logging.DEBUG, logger="sekisho")
    bench.add_message()
    bench.add_message(channel="sms", to="+819012345678")
    bench.add_message(code=None, link="http://localhost:9000/link/abc")
    bench.deliver()
    assert "sent mail code to h***@example.jp" in caplog.text
    assert "sent sms code to 090-****-**78" in caplog.text
    for secret in ("048213", "hanako", "/link/", "9012345678"):
        assert secret not in caplog.text


# -- with threads --------------------------------------------------------------------------------------------------


@pytest.fixture
def running(bench):
    """Starts workers whose clock runs, and stops them."""
    started = []

    def start(**more: object):
        worker = bench.worker(**more)
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop()
        assert worker.join(5)


def wait_until(fact, seconds=15.0):
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.01)
    assert fact()


def test_every_kind_of_job_has_a_lane():
    assert {lane.kind for lane in LANES} == set(JobKind)


def test_a_challenge_becomes_a_message_well_within_a_second(bench, running):
    running()
    bench.add_subject()
    begun = time.monotonic()
    bench.add_challenge()
    wait_until(lambda: bench.senders.sent)
    assert time.monotonic() - begun < 0.9


def test_waking_the_worker_saves_it_the_wait(bench, running):
    worker = running(lanes=[Lane(kind=JobKind.MESSAGE, poll=60)])
    time.sleep(0.1)
    bench.add_message()
    worker.wake()
    wait_until(lambda: bench.senders.sent)


def test_a_hook_that_hangs_holds_up_no_code(bench, running):
    hanging = threading.Event()
    bench.hooks.meanwhile = lambda: hanging.wait(5)
    bench.add(JobKind.HOOK, {"hook": "joining_system", "send": {}})
    running()
    wait_until(lambda: bench.hooks.calls)
    bench.add_message()
    wait_until(lambda: bench.senders.sent)
    hanging.set()


def test_two_workers_share_the_jobs_and_do_each_once(bench, running):
    jobs = {bench.add_message().id for _ in range(40)}
    running()
    running()
    wait_until(lambda: len(bench.senders.sent) >= 40)
    time.sleep(0.1)
    assert sorted(message.id for message in bench.senders.sent) == sorted(jobs)


def test_stopping_lets_the_job_in_hand_be_finished(bench, running):
    going, may_end = threading.Event(), threading.Event()

    def slow(_job):
        going.set()
        may_end.wait(5)

    worker = running(handle=slow)
    bench.add(JobKind.HOOK, {"hook": "joining_system", "send": {}})
    assert going.wait(3)
    worker.stop()
    assert not worker.join(0.05)
    may_end.set()
    assert worker.join(3)
    assert bench.jobs()[0].payload is None


def test_run_works_until_it_is_stopped(bench):
    worker = bench.worker()
    thread = threading.Thread(target=worker.run)
    thread.start()
    bench.add_message()
    wait_until(lambda: bench.senders.sent)
    worker.stop()
    thread.join(3)
    assert not thread.is_alive()


class Away:
    """An outbox whose database is away for a while."""

    def __init__(self, outbox, times) -> None:
        self.outbox, self.times = outbox, times

    def claim(self, *values: object, **more: object):
        if self.times:
            self.times -= 1
            raise OSError("no database at /secret/path")
        return self.outbox.claim(*values, **more)

    def __getattr__(self, name) -> object:
        return getattr(self.outbox, name)


def test_a_database_that_was_away_is_asked_again(bench, running, caplog):
    bench.add_message()
    running(outbox=Away(bench.stores.outbox, times=1), lanes=[Lane(kind=JobKind.MESSAGE)])
    wait_until(lambda: bench.senders.sent)
    assert "message: OSError at" in caplog.text
    assert "secret" not in caplog.text


def test_a_failed_hook_is_tried_again(bench):
    bench.hooks.reply = HookFailed("joining_system: status 503")
    job = bench.add(JobKind.HOOK, {"hook": "joining_system", "send": {"name": "入学 花子"}})
    bench.deliver()
    bench.hooks.reply = {}
    bench.clock.move(seconds=2)
    bench.deliver()
    assert bench.hooks.calls == [("joining_system", {"name": "入学 花子"}, job.id)] * 2
    assert bench.jobs()[0].payload is None
