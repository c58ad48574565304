"""Providers of mail, by URL scheme."""

from __future__ import annotations

from collections.abc import Mapping

from idp.domain.ports import Sender
from idp.providers.mail.mime import BadAddress
from idp.providers.mail.smtp import BadMailUrl, SmtpSender, parse_smtp_url
from idp.providers.senders import BadSenderUrl, SenderMaker, SenderParts, make_outbox_sender


def _make_smtp_sender(url: str, parts: SenderParts) -> Sender:
    try:
        return SmtpSender(
            parse_smtp_url(url),
            sender=parts.mail.sender,
            names=parts.mail.names,
            clock=parts.clock,
            ca_file=parts.ca_file,
        )
    except (BadMailUrl, BadAddress) as error:
        raise BadSenderUrl(str(error)) from None


SENDERS: Mapping[str, SenderMaker] = {
    "outbox": make_outbox_sender,
    "smtp": _make_smtp_sender,
    "smtps": _make_smtp_sender,
}
