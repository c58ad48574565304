"""What the processes do that `test_kill.py` kills: `python -m tests.stores.children NAME URL`."""

from __future__ import annotations

import itertools
import os
import sys
import time

from sqlalchemy import event

from idp.stores import Database
from idp.stores.migrations import upgrade
from tests.samples import make_session, make_subject
from tests.stores.fakes import make_stores
from tests.stores.makers import make_job


def say(word):
    print(word, flush=True)


def sign_up_for_ever(url):
    """Account, session and message in one unit each; says the id once it is committed."""
    stores = make_stores(Database(url))
    for number in itertools.count():
        name = f"{os.getpid()}-{number}"
        with stores.transactions.unit():
            stores.subjects.create(make_subject(id=name, email=f"{name}@example.jp", phones=()))
            stores.sessions.create(make_session(id=name, sid=name, token_digest=name, subject_id=name))
            stores.outbox.add(make_job(id=name))
        say(name)


def stop_in_the_middle(url):
    stores = make_stores(Database(url))
    with stores.transactions.unit():
        stores.subjects.create(make_subject())
        stores.sessions.create(make_session())
        say("in the middle")
        time.sleep(60)


def stop_while_upgrading(url):
    database = Database(url)
    seen = itertools.count()

    def stop(connection, cursor, statement, parameters, context, executemany) -> None:
        if statement.lstrip().startswith("CREATE TABLE") and next(seen) == 8:
            say("in the middle")
            time.sleep(60)

    event.listen(database.engine, "after_cursor_execute", stop)
    upgrade(database.engine)


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
