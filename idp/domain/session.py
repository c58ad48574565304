"""The browser's signed-in state here, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp.domain.values import AssuranceLevels


class Method(StrEnum):
    """A proof somebody gave; the values are `amr` values of RFC 8176 §2 where it has one."""

    PASSWORD = "pwd"
    EMAIL_CODE = "email"
    SMS = "sms"
    CALL = "tel"
    LOGIN_CODE = "login"  # a code to a client's log-in that is no second factor of the account


FACTOR_OF = {
    Method.PASSWORD: "knowledge",
    Method.EMAIL_CODE: "mailbox",
    Method.SMS: "phone",
    Method.CALL: "phone",
    Method.LOGIN_CODE: "login",
}
"""Which factor a method belongs to: two methods of one factor are still one factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationEvent:
    """One successful credential check. `address` is the e-mail address or E.164 number that a code proved."""

    method: Method
    at: datetime
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationContext:
    """`acr`, `amr` and `auth_time` of a session (OpenID Connect Core §2)."""

    acr: str | None
    amr: tuple[str, ...]
    auth_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. `sid` is the public identifier that ID and logout tokens carry.

    The cookie's secret is known here only as `token_digest`. `journey_id` is the journey that made or last
    raised the session, so that a repeated last request finds it instead of making another.
    """

    id: str
    sid: str
    token_digest: str
    subject_id: str
    events: tuple[AuthenticationEvent, ...]
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    journey_id: str | None = None
    ended_at: datetime | None = None


_AMR_OF = {
    Method.PASSWORD: ("pwd",),
    Method.EMAIL_CODE: ("otp",),
    Method.SMS: ("otp", "sms"),
    Method.CALL: ("otp", "tel"),
    Method.LOGIN_CODE: ("otp",),
}


def build_amr(events: Iterable[AuthenticationEvent]) -> tuple[str, ...]:
    """`amr` in order of first use: `pwd`, `otp` with `sms` or `tel`, and `mfa` for two factors (RFC 8176 §2)."""
    kept = tuple(events)
    values = dict.fromkeys(value for event in kept for value in _AMR_OF[event.method])
    return (*values, "mfa") if is_two_factor(FACTOR_OF[event.method] for event in kept) else tuple(values)


def is_two_factor(factors: Iterable[str]) -> bool:
    """True for the password together with the phone; a mailbox is no second factor (NIST SP 800-63B §3.1.3)."""
    return {"knowledge", "phone"} <= set(factors)


def reached_level(events: Iterable[AuthenticationEvent], levels: AssuranceLevels) -> str | None:
    """The assurance level that the events add up to: none, one factor (the weakest level), or two (the next)."""
    factors = {FACTOR_OF[event.method] for event in events}
    if not factors:
        return None
    return levels.names[1] if is_two_factor(factors) and len(levels.names) > 1 else levels.names[0]
