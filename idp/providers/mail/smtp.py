"""Mail by SMTP (port Sender): `smtp://user:password@host:587` and `smtps://…`.

`smtp://` demands STARTTLS unless the host is this machine; `?starttls=no` turns that off, which a password forbids.
RFC 5321 §4.2.1: answers of the 4xx kind are tried again, a 5xx to the recipient or the text ends it.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from idp.domain.outbox import Message
from idp.domain.ports import Clock, DeliveryFailed
from idp.providers.mail.mime import BadAddress, build_mail, parse_recipient

SECONDS = 8.0
"""Time-out of each exchange with the server."""
_PERMANENT = 500
_PORTS = {"smtp": 587, "smtps": 465}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class BadMailUrl(ValueError):
    """`SEKISHO_MAIL_URL` cannot be used; the message says why without repeating it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mails are handed in, and how."""

    host: str
    port: int
    is_tls: bool
    starttls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """What an `smtp:` or `smtps:` URL says. Raises BadMailUrl."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except (ValueError, KeyError):
        raise BadMailUrl("not of the form smtp://user:password@host:port") from None
    if not parts.hostname or parts.path.strip("/") or options.keys() - {"starttls"}:
        raise BadMailUrl("not of the form smtp://user:password@host:port[?starttls=no]")
    starttls = options.get("starttls", ["no" if parts.hostname in _THIS_MACHINE else "yes"])
    if starttls not in (["yes"], ["no"]):
        raise BadMailUrl("starttls has to be yes or no")
    server = SmtpServer(
        host=parts.hostname,
        port=port,
        is_tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp" and starttls == ["yes"],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
    if server.password and not (server.is_tls or server.starttls or server.host in _THIS_MACHINE):
        raise BadMailUrl("a password needs smtps:// or starttls=yes")
    return server


class SmtpSender:
    """Hands mails to an SMTP server, one connection a mail (port Sender)."""

    def __init__(
        self, server: SmtpServer, *, sender: str, names: Mapping[str, str], clock: Clock, ca_file: Path | None = None
    ) -> None:
        self._server = server
        self._sender = parse_recipient(sender)
        self._names = names
        self._clock = clock
        self._tls = ssl.create_default_context()
        if ca_file is not None:
            self._tls.load_verify_locations(ca_file)

    def send(self, message: Message) -> None:
        """Hand over one mail. Raises DeliveryFailed."""
        try:
            recipient = parse_recipient(message.to)
            mail = build_mail(message, sender=self._sender, names=self._names, now=self._clock.now())
        except BadAddress as error:
            raise DeliveryFailed(str(error), is_final=True) from None
        try:
            self._hand_over(recipient, mail)
        except smtplib.SMTPRecipientsRefused as error:
            refused = max((answer[0] for answer in error.recipients.values()), default=0)
            raise DeliveryFailed(f"recipient refused with {refused}", is_final=refused >= _PERMANENT) from None
        except smtplib.SMTPDataError as error:
            raise DeliveryFailed(f"text refused with {error.smtp_code}", is_final=_is_permanent(error)) from None
        except (OSError, smtplib.SMTPException) as error:
            code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
            raise DeliveryFailed(f"mail server: {type(error).__name__} {code}") from None

    def _hand_over(self, recipient: str, mail: bytes) -> None:
        server = self._connect()
        try:
            if self._server.starttls:
                server.starttls(context=self._tls)
            if self._server.user is not None:
                server.login(self._server.user, self._server.password or "")
            server.sendmail(self._sender, [recipient], mail)
        finally:
            # What the server says to QUIT changes nothing: the mail is taken or refused by then.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        own_name = self._sender.rpartition("@")[2]
        host, port = self._server.host, self._server.port
        if self._server.is_tls:
            return smtplib.SMTP_SSL(host, port, own_name, timeout=SECONDS, context=self._tls)
        return smtplib.SMTP(host, port, own_name, timeout=SECONDS)


def _is_permanent(error: smtplib.SMTPResponseException) -> bool:
    return error.smtp_code >= _PERMANENT
