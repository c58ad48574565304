"""argon2id in a bounded queue (port PasswordHasher).

A hash takes tens of megabytes and tens of milliseconds of a whole core, so only as many run at once as there are
cores; those who wait longer than four seconds are told to come back. RFC 9106; the default cost is that of OWASP ASVS
5.0 appendix C. Passwords are compared in NFKC (NIST SP 800-63B-4 §3.1.1.2), so that full-width letters are the same.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from idp.config.site import Argon2
from idp.domain.ports import HasherBusy, Secrets

log = logging.getLogger("sekisho.passwords")

MAX_BYTES = 1024
"""A longer password is never hashed; forms refuse it long before."""
LONGEST_WAIT = 4.0  # seconds
_SALT_BYTES = 16
_HASH_BYTES = 32


class Argon2Hasher:
    """argon2id for people's passwords (port PasswordHasher).

    `slots` is how many hashes may run at once, `longest_wait` how many seconds anyone waits for one.
    """

    def __init__(
        self,
        secrets: Secrets,
        cost: Argon2 | None = None,
        *,
        slots: int | None = None,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        cost = cost or Argon2()
        self._hasher = argon2.PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
        )
        self._slots = threading.BoundedSemaphore(slots or os.cpu_count() or 1)
        self._longest_wait = longest_wait
        self._nobody = _encode_nobody(cost, secrets)

    def hash(self, password: str) -> str:
        """An encoded hash. Raises HasherBusy, and ValueError for a password no form lets through."""
        prepared = _prepare(password)
        if prepared is None:
            raise ValueError("a password longer than 1 KiB, or with half a surrogate pair")
        with self._slot():
            return self._hasher.hash(prepared)

    def verify(self, encoded: str | None, password: str) -> bool:
        """Compare; None takes as long as a real hash and is never right. Raises HasherBusy."""
        prepared = _prepare(password)
        if prepared is None:
            return False
        with self._slot():
            return self._compare(self._nobody if encoded is None else encoded, prepared) and encoded is not None

    def is_outdated(self, encoded: str) -> bool:
        """True when any parameter is weaker than today's, or when it is not argon2id at all."""
        try:
            made = argon2.extract_parameters(encoded)
        except InvalidHashError:
            return True
        hasher = self._hasher
        return (
            made.type is not argon2.Type.ID
            or made.memory_cost < hasher.memory_cost
            or made.time_cost < hasher.time_cost
            or made.salt_len < hasher.salt_len
            or made.hash_len < hasher.hash_len
        )

    def _compare(self, encoded: str, prepared: bytes) -> bool:
        try:
            return self._hasher.verify(encoded, prepared)
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError):
            log.error("a stored password hash cannot be read")  # noqa: TRY400 # the message could repeat the hash
            return False

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._longest_wait):
            raise HasherBusy
        try:
            yield
        finally:
            self._slots.release()


def _prepare(password: str) -> bytes | None:
    try:
        if len(password.encode()) > MAX_BYTES:
            return None
    except UnicodeEncodeError:
        return None
    return unicodedata.normalize("NFKC", password).encode()


def _encode_nobody(cost: Argon2, secrets: Secrets) -> str:
    """A hash of no password at all: random bytes in the form of a hash, so that comparing with it costs the same."""
    salt = hashlib.sha256(secrets.token().encode()).digest()[:_SALT_BYTES]
    box = hashlib.sha256(secrets.token().encode()).digest()
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}${_base64(salt)}${_base64(box)}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode()
