"""The database of a site as commands see it: is it there, is it of the right shape, bring it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from idp.cli.console import Answer, Refused
from idp.domain.ports import StoreUnavailable
from idp.settings import Settings, from_env
from idp.stores import Database
from idp.stores.engines import UnsupportedDatabase, resolve_url
from idp.stores.migrations import NewerDatabase, is_current, upgrade

NOT_READY = "The database is not ready; run `sekisho db upgrade`."
NEWER = "A newer version of Sekisho made this database: run that version, or restore a backup from before it"


@contextmanager
def database_sentences() -> Iterator[None]:
    """What goes wrong with a database, as one sentence. Raises Refused."""
    try:
        yield
    except (ArgumentError, UnsupportedDatabase) as error:
        raise Refused("The database has to be sqlite:///FILE or postgresql+psycopg://HOST/NAME.") from error
    except NewerDatabase as error:
        raise Refused(f"{NEWER} ({error}).") from error
    except StoreUnavailable as error:
        raise Refused(f"The database does not answer: {error}") from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        raise Refused(f"The database does not answer: {reason}") from error


def check_database(settings: Settings) -> None:
    """Raises Refused when the database is missing or of another shape; never makes one."""
    with database_sentences():
        if not is_database_ready(settings):
            raise Refused(NOT_READY)


def is_database_ready(settings: Settings) -> bool:
    """True when every table has the shape this version expects; never makes a file. Raises what databases raise."""
    url = resolve_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return False
    database = Database(settings.database_url)
    try:
        return is_current(database.engine)
    finally:
        database.close()


def upgrade_database(site: Path) -> Answer:
    """`sekisho db upgrade`."""
    settings = from_env(site, development=True)
    with database_sentences():
        was_ready = is_database_ready(settings)
        database = Database(settings.database_url)
        try:
            upgrade(database.engine)
        finally:
            database.close()
    said = "The database was up to date." if was_ready else "The database is up to date now."
    return Answer(lines=[said], data={"upgraded": not was_ready})
