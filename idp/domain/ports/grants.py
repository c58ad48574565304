"""Stores of clients and of what they were granted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.client import Client
from idp.domain.grant import AccessToken, AuthorizationCode, Consent, Grant, RedeemResult, RefreshToken, RotateResult


class ClientStore(Protocol):
    """Registered clients; answers come from memory and are at most a few seconds old."""

    def get(self, client_id: str) -> Client | None:
        """The client, or None."""

    def all(self) -> Sequence[Client]:
        """Every client, in order of id."""

    def add(self, client: Client, now: datetime) -> bool:
        """Store a client beside those of `clients.yaml`; False when the id is taken."""


class ConsentStore(Protocol):
    """Remembered consents."""

    def get(self, subject_id: str, client_id: str) -> Consent | None:
        """The remembered consent, or None."""

    def remember(self, consent: Consent) -> None:
        """Store; the scopes are added to those remembered before."""

    def revoke(self, subject_id: str, client_id: str) -> bool:
        """Forget; False when there was none."""


class GrantStore(Protocol):
    """Grants and everything issued under them."""

    def create(self, grant: Grant, code: AuthorizationCode | None) -> None:
        """Store a grant, with its code when there is one."""

    def get(self, grant_id: str) -> Grant | None:
        """The grant, revoked or not."""

    def redeem(self, code_digest: str, *, client_id: str, now: datetime) -> RedeemResult:
        """Spend a code with one conditional statement; only one caller ever gets `Redeemed`."""

    def replace_code(self, code: AuthorizationCode) -> bool:
        """Put a code in the place of its grant's unspent one, with one conditional statement.

        False, and nothing stored, when the grant's code was spent or the grant is unknown or revoked.
        """

    def save_tokens(self, access: AccessToken, refresh: RefreshToken | None) -> None:
        """Store tokens of a grant."""

    def find_access(self, digest: str, now: datetime) -> tuple[AccessToken, Grant] | None:
        """A live access token of a live grant."""

    def find_refresh(self, digest: str, now: datetime) -> tuple[RefreshToken, Grant] | None:
        """A live, unspent refresh token of a live grant (for introspection)."""

    def rotate(
        self, digest: str, *, successor: RefreshToken, client_id: str, now: datetime, retry: timedelta
    ) -> RotateResult:
        """Spend a refresh token and store its successor (whose `grant_id` and `scopes` are taken from the old one).

        A spent one may be used again within `retry` of its spending while its successor is unused: the unused
        successor is then replaced. Anything later is `RefreshReplayed`.
        """

    def revoke(self, grant_id: str, now: datetime) -> bool:
        """Revoke a grant with all its tokens; False when it had been before."""

    def revoke_access(self, digest: str, *, client_id: str) -> bool:
        """Revoke one access token of a client; False when it has none of that digest."""

    def revoke_family(self, digest: str, *, client_id: str, now: datetime) -> str | None:
        """Revoke the live grant of a client's refresh token, rotated or not; its id, or None when there is none."""

    def revoke_for_subject(self, subject_id: str, now: datetime, *, but_session: str | None = None) -> int:
        """Revoke all grants of a subject, but those of one session; returns how many."""

    def revoke_for_session(self, session_id: str, now: datetime, *, keep_offline: bool) -> int:
        """Revoke a session's grants; `keep_offline` spares those with scope `offline_access`."""

    def revoke_for_client(self, subject_id: str, client_id: str, now: datetime) -> int:
        """Revoke a subject's grants to one client."""


class ReplayStore(Protocol):
    """One-time identifiers of signed assertions."""

    def first_use(self, issuer: str, jti: str, expires_at: datetime, now: datetime) -> bool:
        """True the first time, False ever after (until it has expired anyway)."""
