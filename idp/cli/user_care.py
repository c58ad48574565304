"""`sekisho user add|list|show`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from idp.cli.console import Answer, Refused
from idp.cli.logs import escape_line
from idp.cli.opening import DeskServices, open_services, operator
from idp.cli.user_data import BadValue, Values, find_subject, to_data
from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.subject import Phone, Subject, SubjectStatus
from idp.domain.values import Json


def add_user(site: Path, email: str, values: Iterable[str], phones: Iterable[str], *, is_verified: bool) -> Answer:
    """Make one account without a password. Raises Refused."""
    with open_services(site) as (services, _):
        try:
            subject = _build(services, email, values, phones, is_verified=is_verified)
        except BadValue as error:
            raise Refused(f"{error}{f' (perhaps {error.suggestion})' if error.suggestion else ''}") from error
        with services.transactions.unit():
            if not services.subjects.create(subject):
                raise Refused(f"{subject.email} has an account already.")
            services.audit.record(created(subject, subject.created_at))
        return Answer(lines=[f"{subject.id}  {subject.email}"], data={"user": to_data(subject)})


def created(subject: Subject, at: datetime) -> AuditEvent:
    """What the audit says of an account that an operator made."""
    return AuditEvent(kind=AuditKind.ACCOUNT_CREATED, at=at, actor=operator(), subject_id=subject.id)


def _build(
    services: DeskServices, email: str, values: Iterable[str], phones: Iterable[str], *, is_verified: bool
) -> Subject:
    now = services.clock.now()
    checked = Values(services)
    attributes: dict[str, Json] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadValue(f"--set {text}: write NAME=VALUE")
        attributes[name] = checked.attribute(name, value, now)
    return Subject(
        id=services.secrets.identifier(),
        status=SubjectStatus.ACTIVE,
        email=checked.email(email),
        email_verified_at=now if is_verified else None,
        created_at=now,
        updated_at=now,
        attributes={name: value for name, value in attributes.items() if value not in {None, ""}},
        phones=tuple(Phone(number=checked.phone(number), verified_at=now) for number in phones),
    )


def list_users(site: Path, after: str, limit: int) -> Answer:
    """One page of accounts."""
    with open_services(site) as (services, _):
        subjects = services.subjects.list(after=after, limit=limit)
        rows = [f"{item.id}  {item.status.value:8}  {escape_line(item.email)}" for item in subjects]
        data = [{"id": item.id, "email": item.email, "status": item.status.value} for item in subjects]
        more = [f"More: --after {subjects[-1].id}"] if len(subjects) == limit else []
        return Answer(lines=rows + more or ["There are no accounts."], data={"users": data})


def show_user(site: Path, user: str) -> Answer:
    """One account, with whether it has a password and how many browsers are signed in. Raises Refused."""
    with open_services(site) as (services, _):
        subject = find_subject(services, user)
        has_password = services.passwords.get(subject.id) is not None
        sessions = len(services.sessions.live(subject.id, services.clock.now()))
        data = {**to_data(subject), "has_password": has_password, "live_sessions": sessions}
        return Answer(lines=_card(subject, has_password=has_password, sessions=sessions), data={"user": data})


def _card(subject: Subject, *, has_password: bool, sessions: int) -> list[str]:
    proven = f"proven {subject.email_verified_at:%Y-%m-%d}" if subject.email_verified_at else "not proven"
    rows = [
        ("id", subject.id),
        ("e-mail", f"{subject.email} ({proven})"),
        ("status", subject.status.value),
        ("password", "set" if has_password else "not set"),
        ("sessions", str(sessions)),
        *(("phone", f"{phone.number} (proven {phone.verified_at:%Y-%m-%d})") for phone in subject.phones),
        *(("log-in", f"{item.value} ({item.realm})") for item in subject.logins),
        *((name, str(value)) for name, value in subject.attributes.items()),
    ]
    return [f"{name:16} {escape_line(value)}" for name, value in rows]
