"""Signing and verifying our own tokens (port Keyring): compact JWS, RFC 7515, with the keys of `signing_keys.py`.

Keys are imported once and kept; the folder is looked at again at most every two seconds, so that running workers
follow a rotation. What comes from outside is checked for size, form, key, algorithm and type before its signature.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from joserfc import jws
from joserfc.errors import JoseError

from idp.domain.ports import Clock
from idp.domain.values import JsonObject
from idp.protocol.strict_json import parse_object
from idp.providers.signing_keys import (
    ALGORITHMS,
    INDEX_FILE,
    BadKeyFolder,
    KeyEntry,
    KeyState,
    SigningKey,
    ensure_keys,
    load_entries,
    load_private_key,
    load_public_key,
)

log = logging.getLogger("sekisho.keyring")

MAX_TOKEN_LENGTH = 16 * 1024
LOOK_EVERY = 2.0  # seconds
PUBLISHED_AFTER_RETIREMENT = timedelta(days=2)
"""Longer than any ID token lives plus the time a client may keep the key set."""
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """The folder as it was read at one moment."""

    mark: _Mark
    entries: tuple[KeyEntry, ...]
    signing: Mapping[str, tuple[str, SigningKey]]  # by algorithm: kid and private key
    verifying: Mapping[str, tuple[str, SigningKey]]  # by kid: algorithm and public key


class FileKeyring:
    """Signing keys in a folder (port Keyring), made there if there are none."""

    def __init__(self, folder: Path, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        ensure_keys(folder, clock.now())
        self._folder = folder
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._looked_at = monotonic()
        self._keys = _load(folder, before=None)

    def sign(self, alg: str, claims: JsonObject, *, typ: str) -> str:
        """A compact JWS under the active key of `alg`. Raises ValueError for an algorithm without one."""
        active = self._current().signing.get(alg)
        if active is None:
            raise ValueError(f"no active key for {alg}")
        kid, key = active
        payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False, default=_plain)
        return jws.serialize_compact({"alg": alg, "kid": kid, "typ": typ}, payload, key, algorithms=[alg])

    def verify(self, token: str, *, typ: Iterable[str]) -> JsonObject:
        """Claims of a token one of our keys signed; times are not looked at. Raises ValueError for anything else."""
        if len(token) > MAX_TOKEN_LENGTH or _COMPACT.fullmatch(token) is None:
            raise ValueError("not a compact JWS")
        header = parse_object(_decode(token.partition(".")[0]))
        alg, key = self._key_of(header)
        # RFC 7515 §4.1.11: we understand no extension; RFC 8725 §3.11: a token of another kind is no token.
        if "crit" in header or header.get("typ") not in tuple(typ):
            raise ValueError("a header we do not take")
        try:
            return parse_object(jws.deserialize_compact(token, key, algorithms=[alg]).payload)
        except JoseError as error:
            raise ValueError("a signature that does not fit") from error

    def jwks(self) -> JsonObject:
        """The public keys, RFC 7517 §5: active and next ones, and retired ones for a while."""
        oldest = self._clock.now() - PUBLISHED_AFTER_RETIREMENT
        order = {KeyState.ACTIVE: 0, KeyState.NEXT: 1, KeyState.RETIRED: 2}
        published = [entry for entry in self._current().entries if entry.state in order]
        recent = [entry for entry in published if entry.state is not KeyState.RETIRED or entry.changed_at > oldest]
        return {"keys": [entry.public for entry in sorted(recent, key=lambda entry: order[entry.state])]}

    def algorithms(self) -> tuple[str, ...]:
        """Algorithms with an active key, the default first."""
        return tuple(alg for alg in ALGORITHMS if alg in self._current().signing)

    def _key_of(self, header: JsonObject) -> tuple[str, SigningKey]:
        kid = header.get("kid")
        found = self._current().verifying.get(kid) if isinstance(kid, str) else None
        if found is None or header.get("alg") != found[0]:
            raise ValueError("not signed by a key of ours")
        return found

    def _current(self) -> _Keys:
        if self._monotonic() - self._looked_at >= LOOK_EVERY:
            with self._lock:
                self._look_again()
        return self._keys

    def _look_again(self) -> None:
        if self._monotonic() - self._looked_at < LOOK_EVERY:
            return  # another thread was faster
        self._looked_at = self._monotonic()
        try:
            if _mark_of(self._folder) != self._keys.mark:
                self._keys = _load(self._folder, before=self._keys)
                log.info("signing keys read again")
        except BadKeyFolder as error:
            log.error("the signing keys stay as they are: %s", error)  # noqa: TRY400 # the message says it all


def _load(folder: Path, *, before: _Keys | None) -> _Keys:
    """Read the folder; again when a rotation deleted a private key between the reading of the list and of the key."""
    while True:
        mark = _mark_of(folder)
        try:
            return _read(folder, mark, before)
        except BadKeyFolder:
            if _mark_of(folder) == mark:
                raise


def _read(folder: Path, mark: _Mark, before: _Keys | None) -> _Keys:
    entries = load_entries(folder)
    kept = dict(before.signing.values()) if before else {}
    known = before.verifying if before else {}
    signing = {
        entry.alg: (entry.kid, kept.get(entry.kid) or load_private_key(folder, entry))
        for entry in entries
        if entry.state is KeyState.ACTIVE
    }
    verifying = {
        entry.kid: known.get(entry.kid) or (entry.alg, load_public_key(entry))
        for entry in entries
        if entry.state is not KeyState.WITHDRAWN
    }
    return _Keys(mark=mark, entries=entries, signing=signing, verifying=verifying)


def _mark_of(folder: Path) -> _Mark:
    try:
        status = (folder / INDEX_FILE).stat()
    except OSError as error:
        raise BadKeyFolder(f"{INDEX_FILE}: {error.strerror}") from None
    return (status.st_ino, status.st_mtime_ns, status.st_size)


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return dict(value)
        case Sequence():
            return list(value)
        case _:
            raise TypeError(f"{type(value).__name__} is not JSON")


def _decode(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
