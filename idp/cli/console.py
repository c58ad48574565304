"""What every command shares: how its answer is printed, how it ends.

A command's work gives an `Answer` or raises `Refused`; this is the one place that turns either into text or JSON and
an exit status. Light on purpose: the work is imported when it is done.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from idp.cli.findings_text import format_finding
from idp.config.findings import ConfigError, Finding

GOOD, PROBLEMS = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command found out: `lines` for people, `data` for programs.

    Findings make it end with 1, unless it says a `status` of its own.
    """

    lines: Sequence[str] = ()
    data: Mapping[str, Any] | None = None
    findings: Sequence[Finding] = ()
    notices: Sequence[Finding] = ()
    status: int | None = None


class Refused(Exception):
    """The command cannot do it; the text is one plain sentence that says why and what to do."""


def perform(work: str, *, as_json: bool = False, **arguments: Any) -> None:
    """Do the work that `work` names (`module:function`), print its answer and end the command."""
    _make_output_safe()
    name, _, function = work.partition(":")
    try:
        answer = getattr(importlib.import_module(name), function)(**arguments)
    except ConfigError as error:
        answer = Answer(findings=error.findings)
    except Refused as refused:
        _end_refused(str(refused), as_json=as_json)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _end_refused(f"{where}{error.strerror or error}", as_json=as_json)
    if text := _to_json(answer) if as_json else _to_text(answer):
        click.echo(text)
    _end(answer.status if answer.status is not None else PROBLEMS if answer.findings else GOOD)


def _end(status: int) -> None:
    # Exit lets click's test runner and a shell see the same status.
    raise click.exceptions.Exit(status)


def _end_refused(sentence: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"ok": False, "error": sentence}, ensure_ascii=False))
    else:
        click.echo(sentence, err=True)
    _end(PROBLEMS)


def _make_output_safe() -> None:
    """A terminal that cannot show a letter gets its escape instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _to_json(answer: Answer) -> str:
    document: dict[str, Any] = {"ok": not answer.findings and not answer.status, **(answer.data or {})}
    if answer.findings:
        document["findings"] = [asdict(finding) for finding in answer.findings]
    if answer.notices:
        document["notices"] = [asdict(notice) for notice in answer.notices]
    return json.dumps(document, ensure_ascii=False, indent=2)


def _to_text(answer: Answer) -> str:
    parts = [format_finding(finding) for finding in answer.findings]
    if answer.findings:
        count = len(answer.findings)
        parts.append(f"{count} problem{'s' if count > 1 else ''}. `sekisho explain CODE` says more about each.")
    return "\n".join([*parts, *answer.lines])
