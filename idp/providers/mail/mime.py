"""A mail as bytes: text and HTML in UTF-8, headers in encoded words, nothing that could become another header.

RFC 5322, RFC 2045, RFC 2047, RFC 3834 (Auto-Submitted). Both parts are base64, so that no line is ever too long.
`email.header.Header` encodes the headers: the newer `EmailPolicy` loses spaces between Japanese and Latin words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from idp.domain.outbox import Message

_WIRE = compat32.clone(linesep="\r\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")
_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)
_LONGEST_ADDRESS = 254
_LONGEST_WORD = 60  # of a header line; a longer one is encoded, which can be folded
_SIMPLE_NAME = re.compile(r"[A-Za-z0-9 ]{1,60}", re.ASCII)


class BadAddress(ValueError):
    """No address a mail can be sent to."""


def parse_recipient(address: str) -> str:
    """One plain address in ASCII, its domain in the form the DNS knows. Raises BadAddress.

    Local parts are taken as they come (`a..b@docomo.ne.jp` exists), but for signs that would make it two addresses.
    """
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise BadAddress("a domain that cannot be") from None
    if len(plain) > _LONGEST_ADDRESS or _ADDRESS.fullmatch(plain) is None:
        raise BadAddress("not one plain address")
    return plain


def build_mail(message: Message, *, sender: str, names: Mapping[str, str], now: datetime) -> bytes:
    """The whole mail, ready for SMTP. `names` are the sender's by language. Raises BadAddress."""
    recipient = parse_recipient(message.to)
    mail = MIMEMultipart("alternative", policy=_WIRE)
    name = names.get(message.locale) or next(iter(names.values()), "")
    mail["From"] = _build_from(name, sender)
    mail["To"] = recipient
    mail["Subject"] = _build_subject(message.subject or "")
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = message.locale
    mail.attach(MIMEText(message.text, "plain", "utf-8", policy=_WIRE))
    if message.html is not None:
        mail.attach(MIMEText(message.html, "html", "utf-8", policy=_WIRE))
    return mail.as_bytes(policy=_WIRE)


def _build_subject(subject: str) -> str:
    plain = _clean(subject)
    is_short = max(map(len, plain.split()), default=0) < _LONGEST_WORD
    as_it_is = plain.isascii() and "=?" not in plain and is_short
    header = Header(plain, "us-ascii" if as_it_is else "utf-8", header_name="Subject")
    return header.encode(linesep=_WIRE.linesep)


def _build_from(name: str, sender: str) -> str:
    plain = _clean(name)
    header = Header(header_name="From")
    if plain:
        header.append(plain, "us-ascii" if _SIMPLE_NAME.fullmatch(plain) else "utf-8")
    header.append(f"<{sender}>", "us-ascii")
    return header.encode(linesep=_WIRE.linesep)


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
