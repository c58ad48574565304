"""`sekisho doctor`: what is missing for production, and which words of the site are open or weak.

What `serve` refuses is found here too, by the same functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from idp.cli.added_clients import open_addresses
from idp.cli.checking import flow_findings, sort_findings, text_findings
from idp.cli.console import Answer, Refused
from idp.cli.database import database_sentences, is_database_ready
from idp.cli.findings_text import format_place
from idp.cli.logs import escape_line
from idp.config.findings import Finding
from idp.config.site_folder import SITE_FILE
from idp.providers.files import exposed_files
from idp.providers.signing_keys import INDEX_FILE
from idp.settings import Inspection, Settings, inspect

DATABASE, NO_KEYS, EXPOSED, UNUSED, NO_BUDGET = "S0050", "S0051", "S0052", "S0053", "S0054"


def examine(site: Path) -> Answer:
    """Everything that stands between this site and production."""
    strict, lenient = inspect(site, development=False), inspect(site, development=True)
    settings = lenient.settings
    findings = [*production_findings(site, strict), *(machine_findings(settings) if settings is not None else ())]
    notices = sort_findings((*strict.notices, *(_open_words(settings) if settings is not None else ())))
    lines = [f"{format_place(item)}: {item.code} {escape_line(item.message)}" for item in notices]
    head = ["Open or weaker than the defaults, which is for the site to decide:"] if lines else []
    good = [] if findings else ["Nothing is missing for production."]
    return Answer(
        lines=[*good, *head, *lines],
        data={"ready": not findings},
        findings=sort_findings(findings),
        notices=notices,
    )


def production_findings(site: Path, inspection: Inspection) -> tuple[Finding, ...]:
    """What `serve` refuses in the files and variables of a site."""
    read = inspection.read
    return sort_findings((*inspection.findings, *flow_findings(read), *text_findings(site, read)))


def machine_findings(settings: Settings) -> Iterator[Finding]:
    """What is missing around the files: database, keys, permissions."""
    try:
        with database_sentences():
            is_ready = is_database_ready(settings)
            if is_ready:
                yield from open_addresses(settings)
        if not is_ready:
            yield _finding("database", DATABASE, "The database is not ready", "sekisho db upgrade")
    except Refused as refused:
        yield _finding("database", DATABASE, str(refused))
    if not (settings.keys_folder / INDEX_FILE).is_file():
        yield _finding("keys/", NO_KEYS, "There are no signing keys", "sekisho keys rotate")
    for folder in (settings.keys_folder, settings.var_folder):
        if folder.is_dir():
            yield from _exposed(folder, settings.folder)


def _exposed(folder: Path, site: Path) -> Iterator[Finding]:
    for path in exposed_files(folder):
        name = path.relative_to(site).as_posix()
        if path.name not in {".gitignore", "README.md"}:
            yield _finding(name, EXPOSED, "Others than the owner may read or write this file", f"chmod 600 {name}")


def _open_words(settings: Settings) -> Iterator[Finding]:
    for channel in settings.site.codes:
        if channel not in settings.site.budgets:
            said = f"budgets.{channel} is missing: codes go out by {channel} without any limit"
            yield _finding(SITE_FILE, NO_BUDGET, said)
    if settings.redis_url is not None:
        yield _finding("SEKISHO_REDIS_URL", UNUSED, "Redis is accepted but nothing uses it yet")


def _finding(name: str, code: str, message: str, suggestion: str | None = None) -> Finding:
    return Finding(file=name, line=0, column=0, code=code, message=message, suggestion=suggestion)
