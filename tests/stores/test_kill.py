"""kill -9 at any moment: what was answered is there, what was not is gone, and nobody waits for the dead."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from idp.stores import Database
from idp.stores.migrations import is_current, upgrade
from tests.samples import NOW, make_session, make_subject


@contextlib.contextmanager
def child(name, url):
    command = [sys.executable, "-m", "tests.stores.children", name, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def killed_after(process, lines):
    """What it said before it was killed, at least so many lines."""
    said = [process.stdout.readline().strip() for _ in range(lines)]
    process.kill()
    return [*said, *(line.strip() for line in process.stdout if line.endswith("\n"))]


@pytest.mark.slow
def test_what_was_acknowledged_is_there_and_nothing_is_half_there(stores, database_url):
    acknowledged = []
    for lines in (1, 30):
        with child("sign_up_for_ever", database_url) as process:
            acknowledged += killed_after(process, lines)
    accounts = {subject.id for subject in stores.subjects.list(limit=100_000)}
    jobs = {job.id for job in stores.outbox.claim(NOW, lease=timedelta(hours=1), limit=100_000)}
    assert len(acknowledged) >= 31
    assert set(acknowledged) <= accounts
    assert accounts == jobs == {name for name in accounts if stores.sessions.get(name)}
    assert len(accounts - set(acknowledged)) <= 2  # at most the one whose answer was on its way, for each kill


def test_a_process_killed_in_the_middle_of_a_transaction_leaves_nothing_and_holds_up_nobody(stores, database_url):
    with child("stop_in_the_middle", database_url) as process:
        assert killed_after(process, 1) == ["in the middle"]
    begun = time.monotonic()
    assert stores.subjects.create(make_subject())
    stores.sessions.create(make_session())
    assert time.monotonic() - begun < 5


def test_a_process_killed_while_upgrading_leaves_an_upgrade_that_works(empty_url):
    with child("stop_while_upgrading", empty_url) as process:
        assert killed_after(process, 1) == ["in the middle"]
    database = Database(empty_url)
    with database.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    upgrade(database.engine)
    assert is_current(database.engine)
    database.close()


def test_whoever_waits_for_an_upgrade_finishes_it_when_the_other_is_killed(empty_url):
    database = Database(empty_url)
    with child("stop_while_upgrading", empty_url) as process, ThreadPoolExecutor(1) as pool:
        assert process.stdout.readline() == "in the middle\n"
        waiting = pool.submit(upgrade, database.engine)
        with pytest.raises(TimeoutError):
            waiting.result(1)
        process.kill()
        waiting.result(20)
    assert is_current(database.engine)
    database.close()
