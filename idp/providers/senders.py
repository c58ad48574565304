"""Which provider sends what: the settings' URLs (`outbox:`, `smtp://…`) resolved to senders by their scheme.

Each channel's package holds its table of schemes, so that a new vendor is one file and one line there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from idp.config.site import MailSettings
from idp.domain.ports import Clock, DevOutboxStore, Sender
from idp.providers.outbox import OutboxSender


class BadSenderUrl(ValueError):
    """A provider URL that cannot be used; the message says why without repeating it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderParts:
    """What a provider may need. `dev_outbox` is None outside development; `ca_file` holds extra roots for TLS."""

    clock: Clock
    mail: MailSettings
    dev_outbox: DevOutboxStore | None
    ca_file: Path | None = None


SenderMaker = Callable[[str, SenderParts], Sender]


def make_outbox_sender(url: str, parts: SenderParts) -> Sender:
    """The sender of `outbox:`. Raises BadSenderUrl outside development."""
    if url != "outbox:":
        raise BadSenderUrl("the development outbox is written `outbox:`")
    if parts.dev_outbox is None:
        raise BadSenderUrl("the development outbox sends nothing: name a real provider")
    return OutboxSender(parts.dev_outbox, parts.clock)


def pick_sender(url: str, parts: SenderParts, makers: Mapping[str, SenderMaker]) -> Sender:
    """The sender of a URL. Raises BadSenderUrl."""
    maker = makers.get(url.partition(":")[0])
    if maker is None:
        raise BadSenderUrl(f"the URL has to begin with one of: {', '.join(sorted(makers))}")
    return maker(url, parts)
