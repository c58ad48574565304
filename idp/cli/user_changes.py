"""`sekisho user disable|change-email|remove-factor`: what the support desk does to an account.

Each is one unit of work with its audit entry, ends the account's sessions and tokens, and tells its owner by mail.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from idp.cli.console import Answer, Refused
from idp.cli.opening import DeskServices, open_services, operator
from idp.cli.user_data import BadValue, Values, find_subject
from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.challenge import Channel
from idp.domain.endings import end_sessions
from idp.domain.masking import mask_address, mask_number
from idp.domain.outbox import Job, JobKind
from idp.domain.subject import Subject, SubjectStatus
from idp.domain.values import JsonObject

NOTICE_LIFE = timedelta(days=3)


def disable_user(site: Path, user: str, reason: str) -> Answer:
    """Let nobody sign in any more. Raises Refused."""
    with open_services(site) as (services, _):
        subject = find_subject(services, user)
        now = services.clock.now()
        with services.transactions.unit():
            services.subjects.set_status(subject.id, SubjectStatus.DISABLED, now)
            ended = end_sessions(subject, services, now=now)
            _record(services, AuditKind.ACCOUNT_DISABLED, subject, {"reason": reason})
        return _answer(subject, f"{subject.email} is disabled; {ended} sessions ended.", ended)


def change_email(site: Path, user: str, email: str, reason: str) -> Answer:
    """Give the account another address, which the operator has proven. Raises Refused."""
    with open_services(site) as (services, _):
        subject = find_subject(services, user)
        reason = _required(reason)
        address = _checked(lambda: Values(services).email(email))
        now = services.clock.now()
        with services.transactions.unit():
            if not services.subjects.set_email(subject.id, address, now, now):
                raise Refused(f"{address} belongs to another account.")
            ended = end_sessions(subject, services, now=now)
            detail = {"reason": reason, "from": mask_address(subject.email), "to": mask_address(address)}
            _record(services, AuditKind.ACCOUNT_CHANGED, subject, detail)
            for recipient in (subject.email, address):
                params = {"old_email": mask_address(subject.email), "new_email": mask_address(address)}
                _tell(services, "email_changed", recipient, params)
        return _answer(subject, f"{subject.email} is {address} now; {ended} sessions ended.", ended)


def remove_factor(site: Path, user: str, phone: str, reason: str) -> Answer:
    """Remove a phone number as second factor. Raises Refused."""
    with open_services(site) as (services, _):
        subject = find_subject(services, user)
        reason = _required(reason)
        number = _checked(lambda: Values(services).phone(phone))
        now = services.clock.now()
        with services.transactions.unit():
            if not services.subjects.remove_phone(subject.id, number):
                raise Refused(f"{number} is no second factor of {subject.email}.")
            ended = end_sessions(subject, services, now=now)
            detail = {"reason": reason, "phone": mask_number(number)}
            _record(services, AuditKind.FACTOR_REMOVED, subject, detail)
            _tell(services, "factor_removed", subject.email, {"phone": mask_number(number)})
        return _answer(subject, f"{number} is removed from {subject.email}; {ended} sessions ended.", ended)


def _answer(subject: Subject, said: str, ended: int) -> Answer:
    return Answer(lines=[said], data={"id": subject.id, "ended_sessions": ended})


def _required(reason: str) -> str:
    if not reason.strip():
        raise Refused("--reason has to say why.")
    return reason.strip()


def _checked(parse: Callable[[], str]) -> str:
    try:
        return parse()
    except BadValue as error:
        raise Refused(str(error)) from error


def _record(services: DeskServices, kind: AuditKind, subject: Subject, detail: JsonObject) -> None:
    now = services.clock.now()
    services.audit.record(AuditEvent(kind=kind, at=now, actor=operator(), subject_id=subject.id, detail=detail))


def _tell(services: DeskServices, template: str, to: str, params: JsonObject) -> None:
    now = services.clock.now()
    payload: JsonObject = {
        "template": template,
        "channel": Channel.MAIL.value,
        "to": to,
        "locale": services.site.locales[0],
        "params": {"at": now.isoformat(), "email": to, **params},
        "code": None,
        "link": None,
    }
    job_id = services.secrets.identifier()
    services.outbox.add(Job(id=job_id, kind=JobKind.MESSAGE, payload=payload, due_at=now, expires_at=now + NOTICE_LIFE))
