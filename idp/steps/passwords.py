"""What a password must be, as pure rules: the same list is shown before typing and judged afterwards."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from idp.config.site import PasswordPolicy

MAX_BYTES = 1024

CLASSES: Mapping[str, Callable[[str], bool]] = {
    "lower": lambda c: unicodedata.category(c) == "Ll",
    "upper": lambda c: unicodedata.category(c) == "Lu",
    "digit": lambda c: unicodedata.category(c) == "Nd",
    "symbol": lambda c: not c.isalnum(),
}


def normalise(password: str) -> str:
    """NFKC, so that one password typed on two keyboards is one password (NIST SP 800-63B §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def rule_names(policy: PasswordPolicy) -> tuple[str, ...]:
    """The rules a page lists before typing: `length`, each class, `not_email`."""
    return ("length", *policy.classes, "not_email")


def judge_password(
    password: str, policy: PasswordPolicy, *, email: str, is_breached: Callable[[str], bool]
) -> str | None:
    """The text key of the first rule a password breaks, or None.

    `is_breached` is asked last, and only when the site wants it.
    """
    text = normalise(password)
    if len(text) < policy.min_length:
        return "password.too_short"
    if len(text) > policy.max_length or len(text.encode()) > MAX_BYTES:
        return "password.too_long"
    met = sum(any(CLASSES[name](c) for c in text) for name in policy.classes)
    if met < policy.min_classes:
        return "password.classes"
    local = email.partition("@")[0].casefold()
    if text.casefold() in {email.casefold(), local}:
        return "password.same_as_email"
    return "password.breached" if policy.breached and is_breached(text) else None
