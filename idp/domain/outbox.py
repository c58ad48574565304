"""Work that leaves the house later: written with its cause in one transaction, done by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp.domain.challenge import Channel
from idp.domain.values import JsonObject


class JobKind(StrEnum):
    """What the worker has to do."""

    MESSAGE = "message"  # render and send one mail, SMS or call
    CHALLENGE = "challenge"  # find out whom an address belongs to, then send its code or link, or say why not
    HOOK = "hook"  # a `call` with `later: true`
    LOGOUT = "logout"  # a back-channel logout notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work. `payload` is stored encrypted and erased once done; `expires_at` ends the retries."""

    id: str
    kind: JobKind
    payload: JsonObject
    due_at: datetime
    expires_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message ready to leave. `to` is an address or an E.164 number; `html` and `subject` are for mail only.

    `code` and `link` repeat what the text contains, for the development outbox.
    """

    id: str
    channel: Channel
    to: str
    text: str
    subject: str | None = None
    html: str | None = None
    code: str | None = None
    link: str | None = None
    locale: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredMessage:
    """A message as the development outbox keeps it."""

    message: Message
    sent_at: datetime
