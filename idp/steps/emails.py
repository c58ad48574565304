"""E-mail addresses as people type them: full-width letters converted, syntax checked, the spelling kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254
_OLD_MOBILE = re.compile(r"\.\.|\.@")


@dataclass(frozen=True, slots=True)
class Email:
    """A well-formed address, domain in lower case."""

    address: str


@dataclass(frozen=True, slots=True)
class BadEmail:
    """Why an address was refused: `email.invalid` or `email.mobile_dots`."""

    message: str


def parse_email(typed: str) -> Email | BadEmail:
    """The address. Dots that old Japanese mobile mailboxes allowed but most mail systems refuse get their own text."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if len(text) > MAX_LENGTH or not text.isprintable():
        return BadEmail("email.invalid")
    local = text.rpartition("@")[0]
    if _OLD_MOBILE.search(local + "@"):
        return BadEmail("email.mobile_dots")
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return BadEmail("email.invalid")
    # Letters that only fold to ASCII (dotless i, long s, Kelvin sign) would name somebody else's mailbox.
    return Email(found.normalized) if found.normalized.isascii() else BadEmail("email.invalid")
