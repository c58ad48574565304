"""The provider of `sekisho demo` as a process: prepares what is missing, then serves and delivers messages.

`python -m idp.cli.demo_provider <site folder>`; ends when its standard input does.
"""

from __future__ import annotations

import logging
import sys
import threading
from datetime import timedelta
from pathlib import Path

from idp.app import create_app
from idp.cli.logs import write_log_to_stderr
from idp.cli.seeding import sow
from idp.cli.webserver import ServerPlan, serve
from idp.delivery import build_worker
from idp.services import Services, build_services
from idp.settings import Settings, from_env
from idp.stores import Database
from idp.stores.migrations import upgrade

THREADS = 16

_log = logging.getLogger("idp.demo")


def prepare(settings: Settings) -> None:
    """Bring the database to its newest shape, making it when there is none."""
    database = Database(settings.database_url)
    upgrade(database.engine)
    database.close()


def deliver(services: Services) -> None:
    """Send what waits in the outbox, in a thread of this process."""
    worker = build_worker(services)
    threading.Thread(target=worker.run, name="outbox", daemon=True).start()


def main() -> None:
    """Serve the site in the folder that the first argument names."""
    write_log_to_stderr()
    settings = from_env(Path(sys.argv[1]), development=True)
    prepare(settings)
    services = build_services(settings)
    count = sow(services, settings.site.seeds)
    if count:
        _log.info("%d sample accounts were made", count)
    plan = ServerPlan(
        bind=f"127.0.0.1:{settings.port_base}",
        threads=THREADS,
        grace=timedelta(seconds=2),
        on_worker=lambda: deliver(services),
        ends_with_input=True,
    )
    serve(plan, lambda: create_app(settings, services))


if __name__ == "__main__":
    main()
