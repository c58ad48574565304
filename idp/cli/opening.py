"""Opening the services of a site for the commands of an operator.

They read the site as development does, because a sample site has accounts and keys too; what only production refuses
changes nothing of what they do.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idp.cli.console import Refused
from idp.cli.database import check_database, database_sentences
from idp.providers.crypto import BadSecretsFile
from idp.providers.signing_keys import BadKeyFolder
from idp.services import Services, build_services
from idp.settings import Settings, from_env


@contextmanager
def open_services(site: Path) -> Iterator[tuple[Services, Settings]]:
    """The services of a site whose database is ready, and its settings. Raises ConfigError, Refused."""
    settings = from_env(site, development=True)
    check_database(settings)
    with database_sentences():
        try:
            services = build_services(settings)
        except (BadKeyFolder, BadSecretsFile) as error:
            raise Refused(f"keys/: {error}") from error
        yield services, settings


def operator() -> str:
    """Who runs the command, for the audit: `operator:` and the name of the account on this machine."""
    try:
        return f"operator:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"operator:{os.getuid()}"
