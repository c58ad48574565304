"""`sekisho serve` and `sekisho worker`: production mode.

A site with findings is refused before anything listens; so is a database that is not up to date, which only
`sekisho db upgrade` changes.
"""

from __future__ import annotations

import logging
import re
import signal
from pathlib import Path
from types import FrameType

from idp.app import create_app
from idp.cli.console import Answer, Refused
from idp.cli.database import check_database, database_sentences
from idp.cli.examining import production_findings
from idp.cli.logs import write_log_to_stderr
from idp.cli.webserver import ServerPlan, serve
from idp.config.findings import ConfigError
from idp.delivery import build_worker
from idp.providers.crypto import BadSecretsFile
from idp.providers.signing_keys import BadKeyFolder
from idp.services import Services, build_services
from idp.settings import Settings, inspect

_log = logging.getLogger("idp.serve")
_BIND = re.compile(r"(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}")


def serve_site(site: Path, workers: int, threads: int, bind: str | None) -> Answer:
    """Serve until stopped. Raises ConfigError, Refused."""
    settings = ready_settings(site)
    address = bind or f"127.0.0.1:{settings.port_base}"
    if not _BIND.fullmatch(address):
        raise Refused(f"--bind {address}: write HOST:PORT.")
    services = open_for_production(settings)
    write_log_to_stderr()
    _log.info("serving %s on %s with %d workers", settings.site.issuer, address, workers)
    serve(ServerPlan(bind=address, workers=workers, threads=threads), lambda: create_app(settings, services))
    return Answer()


def run_worker(site: Path) -> Answer:
    """Send what waits in the outbox until SIGINT or SIGTERM. Raises ConfigError, Refused."""
    services = open_for_production(ready_settings(site))
    write_log_to_stderr()
    worker = build_worker(services)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()
    return Answer()


def ready_settings(site: Path) -> Settings:
    """The settings of a site that may go into production, its database up to date. Raises ConfigError, Refused."""
    inspection = inspect(site, development=False)
    findings = production_findings(site, inspection)
    if inspection.settings is None or findings:
        raise ConfigError(findings)
    check_database(inspection.settings)
    return inspection.settings


def open_for_production(settings: Settings) -> Services:
    """The services. Raises ConfigError, Refused."""
    with database_sentences():
        try:
            return build_services(settings)
        except (BadKeyFolder, BadSecretsFile) as error:
            raise Refused(f"keys/: {error}") from error
