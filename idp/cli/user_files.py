"""`sekisho user export|import`: accounts as lines of JSON. What export writes, import reads.

An import is checked whole before the first account is made, so that a file is either taken or all its problems shown.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idp.cli.console import Answer
from idp.cli.import_lines import TAKEN, Account, LineProblem, read_account
from idp.cli.opening import DeskServices, open_services
from idp.cli.user_care import created
from idp.cli.user_data import Values, to_data
from idp.config.findings import Finding
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind

PAGE = 500


def export_users(site: Path, output: Path | None, *, with_hashes: bool) -> Answer:
    """Every account, to a file that only its owner reads or as the answer."""
    with open_services(site) as (services, _):
        accounts = _all_accounts(services, with_hashes=with_hashes)
        if output is None:
            listed = list(accounts)
            return Answer(lines=[_to_line(account) for account in listed], data={"users": listed})
        count = 0
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            for count, account in enumerate(accounts, 1):
                file.write(f"{_to_line(account)}\n")
                _show_progress(count)
        return Answer(lines=[f"{count} accounts written to {output}."], data={"exported": count})


def _all_accounts(services: DeskServices, *, with_hashes: bool) -> Iterator[dict[str, Any]]:
    after = ""
    while page := services.subjects.list(after=after, limit=PAGE):
        for subject in page:
            encoded = services.passwords.get(subject.id) if with_hashes else None
            yield to_data(subject) | ({"password_hash": encoded} if encoded is not None else {})
        after = page[-1].id


def _to_line(account: dict[str, Any]) -> str:
    return json.dumps(account, ensure_ascii=False, separators=(",", ":"))


def import_users(site: Path, file: Path) -> Answer:
    """Make the accounts of a file, or say everything that is wrong with it."""
    with open_services(site) as (services, _):
        findings = [finding for _, found in _read(services, file) for finding in found]
        if findings:
            return Answer(data={"imported": 0}, findings=findings)
        accounts = (account for account, _ in _read(services, file) if account is not None)
        count = _make_all(services, accounts)
        return Answer(lines=[f"{count} accounts imported."], data={"imported": count})


def _read(services: DeskServices, file: Path) -> Iterator[tuple[Account | None, list[Finding]]]:
    """Each line's account or findings; an address may come once, and may not have an account yet."""
    values = Values(services)
    seen: dict[str, int] = {}
    with file.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            read = read_account(raw, values)
            problems = read if isinstance(read, list) else _clashes(services, read, seen, number)
            account = read if isinstance(read, Account) else None
            yield account, [_finding(file, number, problem) for problem in problems]


def _clashes(services: DeskServices, account: Account, seen: dict[str, int], number: int) -> Iterator[LineProblem]:
    subject = account.subject
    for key in (subject.email.casefold(), subject.id):
        if key in seen:
            yield LineProblem(code=TAKEN, message=f"{key} is on line {seen[key]} already")
        seen.setdefault(key, number)
    if services.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, subject.email) is not None:
        yield LineProblem(code=TAKEN, message=f"{subject.email} has an account already")
    if services.subjects.get(subject.id) is not None:
        yield LineProblem(code=TAKEN, message=f"The id {subject.id} is taken")
    for login in subject.logins:
        if services.subjects.find(login.realm, login.kind, login.value) is not None:
            yield LineProblem(code=TAKEN, message=f"The log-in {login.value} ({login.realm}) is another account's")


def _finding(file: Path, number: int, problem: LineProblem) -> Finding:
    return Finding(
        file=file.name, line=number, column=1, code=problem.code, message=problem.message, suggestion=problem.suggestion
    )


def _make_all(services: DeskServices, accounts: Iterator[Account]) -> int:
    count = 0
    batch: list[Account] = []
    for account in accounts:
        batch.append(account)
        if len(batch) == PAGE:
            count += _make(services, batch)
            _show_progress(count)
            batch = []
    return count + _make(services, batch)


def _make(services: DeskServices, batch: list[Account]) -> int:
    """Some accounts in one unit, so that a long import never locks the database for long."""
    made = 0
    with services.transactions.unit():
        for account in batch:
            if not services.subjects.create(account.subject):
                continue
            if account.password_hash is not None:
                services.passwords.set(account.subject.id, account.password_hash, account.subject.updated_at)
            services.audit.record(created(account.subject, services.clock.now()))
            made += 1
    return made


def _show_progress(count: int) -> None:
    if count % PAGE == 0 and sys.stderr.isatty():
        sys.stderr.write(f"\r{count} accounts")
        sys.stderr.flush()
