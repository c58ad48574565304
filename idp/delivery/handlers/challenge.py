"""`challenge` jobs: find out, after the browser has its answer, whom an address belongs to, and write to it.

Whoever watches the pages learns nothing: they were the same, and as fast, before anybody looked. What was found out
and the message that follows from it are stored in one transaction, so a crash loses neither and sends none twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from idp.delivery.ports import DeliveryPorts
from idp.domain.challenge import Challenge
from idp.domain.outbox import Job, JobKind
from idp.domain.ports import HookFailed
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind, Subject
from idp.domain.values import JsonObject

log = logging.getLogger("sekisho.delivery")

TRY_LATER = "try_later"


@dataclass(frozen=True, slots=True, kw_only=True)
class _LetIn:
    """The code or link goes out. `reply` is what the hook knew."""

    to: str
    reply: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptOut:
    """Nothing that is typed will ever match; `template` is the mail that says so, to whom the address belongs."""

    to: str
    template: str | None


_Finding = _LetIn | _KeptOut


def answer_challenge(job: Job, ports: DeliveryPorts) -> None:
    """Resolve the challenge and write the message that follows; one that is over already is dropped."""
    challenge_id = str(job.payload["challenge_id"])
    if not _is_open(ports.challenges.get(challenge_id), ports):
        return
    finding = _find_out(job, ports)
    with ports.transactions.unit():
        matches = isinstance(finding, _LetIn)
        reply = finding.reply if isinstance(finding, _LetIn) else None
        ports.challenges.resolve(challenge_id, matches=matches, reply=reply)
        # The hook may have taken its time; a code that was replaced meanwhile would only confuse.
        challenge = ports.challenges.get(challenge_id)
        if challenge is not None and _is_open(challenge, ports):
            _write_message(finding, job, challenge, ports)
        ports.outbox.done(job.id)


def _is_open(challenge: Challenge | None, ports: DeliveryPorts) -> bool:
    return (
        challenge is not None
        and challenge.replaced_at is None
        and challenge.spent_at is None
        and challenge.expires_at > ports.clock.now()
    )


def _find_out(job: Job, ports: DeliveryPorts) -> _Finding:
    address = str(job.payload["address"])
    otherwise = _text_or_none(job.payload["otherwise"])
    match job.payload["let_in"]:
        case "anyone":
            # R106: an address that means an account only by its folded spelling gets nothing, the stored one does.
            subject = _find_subject(job, ports)
            return _LetIn(to=address if subject is None else subject.email)
        case "nobody":
            return _KeptOut(to=address, template=None)
        case "unknown":
            subject = _find_subject(job, ports)
            return _LetIn(to=address) if subject is None else _KeptOut(to=subject.email, template=otherwise)
        case "known":
            return _find_known(job, ports, otherwise)
        case other:
            raise ValueError(f"let_in {other!r}")


def _find_known(job: Job, ports: DeliveryPorts, otherwise: str | None) -> _Finding:
    address = str(job.payload["address"])
    subject = _find_subject(job, ports)
    hook = _text_or_none(job.payload["hook"])
    if subject is not None:
        # Always to the stored address, however the typed one was spelt; a disabled account is no applicant either.
        return _LetIn(to=subject.email) if subject.is_active else _KeptOut(to=subject.email, template=otherwise)
    if hook is None:
        return _KeptOut(to=address, template=otherwise)
    return _ask_hook(hook, job, ports, otherwise)


def _ask_hook(hook: str, job: Job, ports: DeliveryPorts, otherwise: str | None) -> _Finding:
    address, send = str(job.payload["address"]), job.payload["send"]
    try:
        reply = ports.hooks.call(hook, send if isinstance(send, dict) else {}, idempotency_key=job.id)
    except HookFailed as error:
        log.warning("%s could not say whom an address belongs to: %s", hook, error)
        return _KeptOut(to=address, template=TRY_LATER)
    return _LetIn(to=address, reply=reply) if reply.get("found") is True else _KeptOut(to=address, template=otherwise)


def _find_subject(job: Job, ports: DeliveryPorts) -> Subject | None:
    return ports.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, str(job.payload["address"]))


def _write_message(finding: _Finding, job: Job, challenge: Challenge, ports: DeliveryPorts) -> None:
    template = job.payload["template"] if isinstance(finding, _LetIn) else finding.template
    if template is None:
        return
    secret = job.payload["secret"] if isinstance(finding, _LetIn) else None
    ports.outbox.add(
        Job(
            id=ports.secrets.identifier(),
            kind=JobKind.MESSAGE,
            payload={
                "template": template,
                "channel": job.payload["channel"],
                "to": finding.to,
                "locale": job.payload["locale"],
                "params": job.payload["params"],
                "code": None if challenge.is_link else secret,
                "link": secret if challenge.is_link else None,
            },
            due_at=ports.clock.now(),
            expires_at=job.expires_at,
        )
    )


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
