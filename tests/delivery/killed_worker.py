"""Workers in processes of their own, to be killed: `python -m tests.delivery.killed_worker FOLDER`.

Each line on stdin starts one and is answered with its process id. They write to the development outbox of the database
in FOLDER, and the id of every message they hand over to the file `handed_over`.
"""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from idp.delivery.handlers import HANDLERS
from idp.delivery.housekeeping import Housekeeping
from idp.delivery.pace import Pace
from idp.delivery.ports import DeliveryPorts
from idp.delivery.worker import Worker
from idp.domain.challenge import Channel
from idp.domain.outbox import Message
from idp.providers.crypto import AesSealer, load_secret_keys
from idp.providers.outbox import OutboxSender
from idp.providers.system import SystemClock, SystemSecrets
from idp.stores import Database, build_stores

LEASE = timedelta(seconds=1)


class SlowSender:
    """The development outbox behind a provider that takes its time, so that a kill often comes in between."""

    def __init__(self, sender, record) -> None:
        self.sender = sender
        self.record = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def send(self, message):
        time.sleep(0.004)
        self.sender.send(message)
        os.write(self.record, f"{message.id}\n".encode())
        time.sleep(0.004)


def open_stores(folder):
    secrets = SystemSecrets(SystemClock())
    sealer = AesSealer(load_secret_keys(folder / "keys", secrets), secrets)
    database = Database(f"sqlite:///{folder / 'sekisho.sqlite3'}")
    return database, build_stores(database, sealer=sealer, secrets=secrets, clients_from_site=list)


def render(payload, message_id):
    return Message(
        id=message_id, channel=Channel.MAIL, to=payload["to"], text=payload["template"], code=payload["code"]
    )


def build_worker(folder):
    clock = SystemClock()
    secrets = SystemSecrets(clock)
    stores = open_stores(folder)[1]
    ports = DeliveryPorts(
        issuer="http://localhost:9000",
        clock=clock,
        secrets=secrets,
        transactions=stores.transactions,
        outbox=stores.outbox,
        challenges=stores.challenges,
        subjects=stores.subjects,
        clients=stores.clients,
        hooks=None,
        keyring=None,
        notifier=None,
        senders={Channel.MAIL: SlowSender(OutboxSender(stores.dev_outbox, clock), folder / "handed_over")},
        render=render,
    )
    return Worker(
        outbox=stores.outbox,
        handle=lambda job: HANDLERS[job.kind](job, ports),
        housekeeping=Housekeeping(
            clock=clock,
            transactions=stores.transactions,
            purger=stores.purger,
            journeys=stores.journeys,
            flow_versions=stores.flow_versions,
            current_versions=frozenset,
        ),
        clock=clock,
        secrets=secrets,
        pace=Pace(lease=LEASE),
    )


def start_on_demand(folder):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            build_worker(folder).run()
        print(child, flush=True)


if __name__ == "__main__":
    start_on_demand(Path(sys.argv[1]))
