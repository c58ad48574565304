"""The provider of `sekisho demo` as a process: prepares what is missing, then serves and delivers messages.

`python -m idp.cli.demo_provider <site folder>`; begins when something comes on its standard input, which says that the
ports are free, and ends when that ends.
"""

from __future__ import annotations

import logging
import os
import sys
from datetime import timedelta
from pathlib import Path

from idp.app import create_app
from idp.cli.console import Refused
from idp.cli.database import database_sentences
from idp.cli.findings_text import format_finding
from idp.cli.logs import write_log_to_stderr
from idp.cli.seeding import sow
from idp.cli.trial import with_trial
from idp.cli.webserver import ServerPlan, serve
from idp.config.findings import ConfigError
from idp.delivery import build_worker
from idp.providers.crypto import BadSecretsFile
from idp.providers.signing_keys import BadKeyFolder
from idp.services import Services, build_services
from idp.settings import Settings, from_env
from idp.stores import Database
from idp.stores.migrations import upgrade

THREADS = 16
GRACE = timedelta(seconds=2)

_log = logging.getLogger("idp.demo")


def prepare(settings: Settings) -> Services:
    """Keys, a database of the newest shape, the sample's people. Raises ConfigError, Refused."""
    with database_sentences():
        database = Database(settings.database_url)
        upgrade(database.engine)
        database.close()
        try:
            services = build_services(settings)
        except (BadKeyFolder, BadSecretsFile) as error:
            raise Refused(f"keys/: {error}") from error
        count = sow(services, settings.site.seeds)
    if count:
        _log.info("%d sample accounts were made", count)
    return services


def run(settings: Settings) -> None:
    """Serve until told to end. Raises ConfigError, Refused."""
    settings = with_trial(settings)
    services = prepare(settings)
    worker = build_worker(services)

    def stop_delivering() -> None:
        worker.stop()
        worker.join(GRACE.total_seconds())

    plan = ServerPlan(
        bind=f"127.0.0.1:{settings.port_base}",
        threads=THREADS,
        grace=GRACE,
        on_worker=worker.start,
        on_worker_end=stop_delivering,
        ends_with_input=True,
    )
    serve(plan, lambda: create_app(settings, services))


def main() -> None:
    """Serve the site in the folder that the first argument names; 1 when it cannot be served."""
    if not os.read(sys.stdin.fileno(), 16):
        return
    write_log_to_stderr()
    try:
        run(from_env(Path(sys.argv[1]), development=True))
    except ConfigError as error:
        sys.exit("\n".join(format_finding(finding) for finding in error.findings))
    except Refused as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
