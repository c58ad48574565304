"""What a subject allowed a client, and the codes and tokens that come from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from idp.domain.authorization import TrustedRedirect
from idp.domain.session import AuthenticationContext
from idp.domain.values import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The remembered answer of a subject to a client."""

    subject_id: str
    client_id: str
    scopes: frozenset[str]
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One authorization of one client: the parent ("family") of a code and of all tokens that follow from it.

    `subject_id`, `session_id` and `sid` are None for client_credentials. Revoking a grant revokes all its tokens.
    """

    id: str
    client_id: str
    subject_id: str | None
    session_id: str | None
    sid: str | None
    scopes: tuple[str, ...]
    context: AuthenticationContext | None
    claims: JsonObject = field(default_factory=dict)
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode:
    """An authorization code, known only by the keyed digest of its text (RFC 6749 §4.1.2)."""

    digest: str
    grant_id: str
    client_id: str
    redirect_uri: TrustedRedirect
    code_challenge: str | None
    nonce: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An opaque access token, known only by its digest."""

    digest: str
    grant_id: str
    client_id: str
    subject_id: str | None
    scopes: tuple[str, ...]
    audience: str | None
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """One link of a rotation chain, known only by its digest. `expires_at` is the earlier of idle and absolute end."""

    digest: str
    grant_id: str
    client_id: str
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The code was good and is now spent."""

    code: AuthorizationCode
    grant: Grant


@dataclass(frozen=True, slots=True)
class CodeReplayed:
    """The code had been spent before; `grant_id` names the family to revoke (RFC 6749 §4.1.2)."""

    grant_id: str


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """No such code for this client, or it has expired."""


RedeemResult = Redeemed | CodeReplayed | UnknownCode


@dataclass(frozen=True, slots=True)
class Rotated:
    """The predecessor is spent, the successor stored."""

    grant: Grant
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefreshReplayed:
    """A spent refresh token came again outside the retry rule; the family has to end (RFC 9700 §4.14.2)."""

    grant_id: str


@dataclass(frozen=True, slots=True)
class UnknownRefreshToken:
    """No such live refresh token for this client."""


RotateResult = Rotated | RefreshReplayed | UnknownRefreshToken
