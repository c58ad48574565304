"""The worker under kill -9: nothing is lost, and what comes twice has the same id."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from idp.domain.challenge import Challenge, Channel
from idp.domain.outbox import Job, JobKind
from idp.domain.subject import Subject, SubjectStatus
from idp.providers.system import SystemClock, SystemSecrets
from tests.delivery.killed_worker import open_stores

ROOT = Path(__file__).parents[2]
MESSAGES, CHALLENGES, KILLS = 150, 50, 8
LIFE = timedelta(minutes=10)


@pytest.fixture
def house(migrated, tmp_path):
    """A folder with a database, and its stores."""
    shutil.copy(migrated, tmp_path / "sekisho.sqlite3")
    database, stores = open_stores(tmp_path)
    yield tmp_path, stores
    database.close()


@pytest.fixture
def start(house):
    """Starts one worker more; returns its process id. The last one is killed at the end."""
    command = [sys.executable, "-m", "tests.delivery.killed_worker", str(house[0])]
    starter = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    started = []

    def start():
        print("start", file=starter.stdin, flush=True)
        started.append(int(starter.stdout.readline()))
        return started[-1]

    yield start
    kill(started[-1])
    starter.communicate()


def kill(worker):
    """Kill -9, and wait until it is gone."""
    os.kill(worker, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.kill(worker, 0)
            time.sleep(0.001)


def write_work(stores):
    """Messages, and challenges whose messages are still to be written; returns the ids of the former."""
    clock = SystemClock()
    secrets = SystemSecrets(clock)
    now = clock.now()
    subject = Subject(
        id="s1",
        status=SubjectStatus.ACTIVE,
        email="hanako@example.jp",
        email_verified_at=now,
        created_at=now,
        updated_at=now,
    )
    common = {"channel": "mail", "locale": "ja", "params": {}}
    with stores.transactions.unit():
        stores.subjects.create(subject)
        ids = [secrets.identifier() for _ in range(MESSAGES)]
        for job_id in ids:
            payload = {**common, "template": "notice", "to": "taro@example.jp", "code": None, "link": None}
            stores.outbox.add(Job(id=job_id, kind=JobKind.MESSAGE, payload=payload, due_at=now, expires_at=now + LIFE))
        for number in range(CHALLENGES):
            write_challenge(stores, secrets, number=number, now=now, common=common)
    return ids


def write_challenge(stores, secrets, *, number, now, common):
    challenge = Challenge(
        id=secrets.identifier(),
        journey_id=f"j{number}",
        purpose="email",
        channel=Channel.MAIL,
        address="hanako@example.jp",
        secret_digest="d" * 64,
        is_link=False,
        created_at=now,
        expires_at=now + LIFE,
        matches=None,
    )
    stores.challenges.create(challenge)
    payload = {
        **common,
        "challenge_id": challenge.id,
        "template": "code",
        "address": "hanako@example.jp",
        "secret": f"{number:06}",
        "let_in": "known",
        "hook": None,
        "send": None,
        "otherwise": "no_account",
    }
    job = Job(id=secrets.identifier(), kind=JobKind.CHALLENGE, payload=payload, due_at=now, expires_at=now + LIFE)
    stores.outbox.add(job)


def wait_for(count, at_least, seconds=20):
    end = time.monotonic() + seconds
    while count() < at_least:
        assert time.monotonic() < end, f"{count()} of {at_least}"
        time.sleep(0.005)


@pytest.mark.slow
def test_a_worker_killed_again_and_again_loses_nothing(house, start):
    folder, stores = house
    ids = write_work(stores)
    record = folder / "handed_over"

    def handed_over():
        with contextlib.suppress(FileNotFoundError):
            return len(record.read_bytes().splitlines())
        return 0

    for number in range(1, KILLS + 1):
        worker = start()
        wait_for(handed_over, number * 20)
        kill(worker)
    start()
    wait_for(handed_over, MESSAGES + CHALLENGES)
    wait_for(lambda: len(stores.dev_outbox.list()), MESSAGES + CHALLENGES)

    delivered = stores.dev_outbox.list()
    notices = [item.message.id for item in delivered if item.message.code is None]
    assert sorted(notices) == sorted(ids)
    # A challenge and its message are one transaction: one code each, however often the worker died.
    assert sorted(item.message.code for item in delivered if item.message.code) == [
        f"{n:06}" for n in range(CHALLENGES)
    ]
    # What was handed over twice was in the hands of a thread (there are two) when it was killed.
    repeated = sum(Counter(record.read_text().split()).values()) - len(delivered)
    assert 0 <= repeated <= KILLS * 2
