"""Passwords and signing keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from idp.domain.values import JsonObject


class HasherBusy(Exception):
    """The bounded queue of password hashes is full; the person should try again in a moment."""


class PasswordHasher(Protocol):
    """argon2id in a bounded queue."""

    def hash(self, password: str) -> str:
        """An encoded hash. Raises HasherBusy."""

    def verify(self, encoded: str | None, password: str) -> bool:
        """Compare; None takes as long as a real hash and is never right. Raises HasherBusy."""

    def is_outdated(self, encoded: str) -> bool:
        """True when the hash was made with weaker parameters than today's."""


class BreachedPasswords(Protocol):
    """Passwords known to attackers."""

    def contains(self, password: str) -> bool:
        """True when the password is on the list, whatever its case."""


class Keyring(Protocol):
    """Signing keys."""

    def sign(self, alg: str, claims: JsonObject, *, typ: str) -> str:
        """A compact JWS of `claims` under the active key of `alg` (`RS256` or `ES256`), with `kid` and `typ`."""

    def verify(self, token: str, *, typ: Iterable[str]) -> JsonObject:
        """Claims of a token that one of our keys (retired ones too) signed; times are not looked at.

        Raises ValueError for anything else.
        """

    def jwks(self) -> JsonObject:
        """The public keys, RFC 7517 §5."""

    def algorithms(self) -> tuple[str, ...]:
        """Algorithms with an active key, the default first."""
