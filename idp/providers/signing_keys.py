"""The signing keys in `keys/`: making them, and their life from next over active to retired or withdrawn.

`signing.json` lists every key with its state and public part (RFC 7517); the private part of a key that signs, or will
sign, stands beside it as `<kid>.pem`. A key is published a whole turn before it signs, so that no client ever meets a
signature of a key it could not have fetched. The `kid` is the thumbprint of RFC 7638.
Knows nothing of tokens; `keyring.py` signs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from idp.domain.values import JsonObject
from idp.providers.files import locked, write_private

INDEX_FILE = "signing.json"
ALGORITHMS = ("RS256", "ES256")
"""RS256 first: it is what a client gets that names none (OpenID Connect Registration §2)."""
_RSA_BITS = 3072

SigningKey = RSAKey | ECKey


class BadKeyFolder(ValueError):
    """`keys/` cannot be read; the message names the file and what is wrong with it."""


class UnknownKey(LookupError):
    """No key of that `kid` that could still be retired."""


class KeyState(StrEnum):
    """Where a key is in its life."""

    NEXT = "next"  # published, signs after the next rotation
    ACTIVE = "active"  # signs
    RETIRED = "retired"  # rotated out: its tokens are still good, so it is published a while and verifies
    WITHDRAWN = "withdrawn"  # taken out by an operator: not published, verifies nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One line of `signing.json`. `changed_at` is when it got its state; `public` is a JWK without private parts."""

    kid: str
    alg: str
    state: KeyState
    made_at: datetime
    changed_at: datetime
    public: JsonObject = field(repr=False)

    def moved(self, state: KeyState, now: datetime) -> KeyEntry:
        """The same key in another state."""
        return replace(self, state=state, changed_at=now)


def ensure_keys(folder: Path, now: datetime) -> None:
    """Make the first keys when there are none; processes that start together end with the same ones.

    Raises BadKeyFolder.
    """
    try:
        if not (folder / INDEX_FILE).exists():
            _make_first(folder, now)
    except OSError as error:
        raise BadKeyFolder(f"cannot be written: {error.strerror}") from None


def _make_first(folder: Path, now: datetime) -> None:
    with locked(folder):
        if not (folder / INDEX_FILE).exists():
            states = (KeyState.ACTIVE, KeyState.NEXT)
            _save(folder, [_make(folder, alg, state, now) for alg in ALGORITHMS for state in states])


def load_entries(folder: Path) -> tuple[KeyEntry, ...]:
    """Every key that ever was, oldest first. Raises BadKeyFolder."""
    try:
        content = json.loads((folder / INDEX_FILE).read_bytes())
        return tuple(_parse_entry(item) for item in content["keys"])
    except OSError as error:
        raise BadKeyFolder(f"{INDEX_FILE}: {error.strerror}") from None
    except (KeyError, TypeError, ValueError):
        raise BadKeyFolder(f"{INDEX_FILE}: not a list of keys as `sekisho keys` writes it") from None


def load_private_key(folder: Path, entry: KeyEntry) -> SigningKey:
    """The private key of an entry. Takes a tenth of a second for RSA: once a key, never once a signature.

    Raises BadKeyFolder.
    """
    kind = _kind(entry.alg)
    name = f"{entry.kid}.pem"
    try:
        key = kind.import_key((folder / name).read_bytes())
    except OSError as error:
        raise BadKeyFolder(f"{name}: {error.strerror}") from None
    except (ValueError, TypeError, JoseError):
        raise BadKeyFolder(f"{name}: not a private key") from None
    if key.thumbprint() != entry.kid:
        raise BadKeyFolder(f"{name}: holds another key than {INDEX_FILE} says")
    return key


def load_public_key(entry: KeyEntry) -> SigningKey:
    """The public key of an entry. Raises BadKeyFolder."""
    try:
        return _kind(entry.alg).import_key(dict(entry.public))  # type: ignore[arg-type] # a JWK's members are text
    except (ValueError, TypeError, JoseError):
        raise BadKeyFolder(f"{INDEX_FILE}: {entry.kid} has no public key") from None


def rotate(folder: Path, now: datetime) -> tuple[KeyEntry, ...]:
    """Move every algorithm on by one: next signs, active retires, a new next is made. Returns the entries after it."""
    with locked(folder):
        moved = [_rotated(entry, now) for entry in load_entries(folder)]
        entries = [*moved, *(_make(folder, alg, KeyState.NEXT, now) for alg in ALGORITHMS)]
        _save(folder, entries)
        _forget_private_parts(folder, entries)
    return tuple(entries)


def retire(folder: Path, kid: str, now: datetime) -> tuple[KeyEntry, ...]:
    """Withdraw one key at once, for good; if it was signing, the next one takes its place.

    For a key that may be in strange hands: what it signed is worth nothing afterwards. Raises UnknownKey.
    """
    with locked(folder):
        entries = list(load_entries(folder))
        found = next((entry for entry in entries if entry.kid == kid), None)
        if found is None or found.state is KeyState.WITHDRAWN:
            raise UnknownKey(kid)
        after = [_withdrawn(entry, found, now) for entry in entries]
        if found.state in {KeyState.ACTIVE, KeyState.NEXT}:
            after.append(_make(folder, found.alg, KeyState.NEXT, now))
        _save(folder, after)
        _forget_private_parts(folder, after)
    return tuple(after)


def _rotated(entry: KeyEntry, now: datetime) -> KeyEntry:
    match entry.state:
        case KeyState.NEXT:
            return entry.moved(KeyState.ACTIVE, now)
        case KeyState.ACTIVE:
            return entry.moved(KeyState.RETIRED, now)
        case KeyState.RETIRED | KeyState.WITHDRAWN:
            return entry


def _withdrawn(entry: KeyEntry, found: KeyEntry, now: datetime) -> KeyEntry:
    if entry.kid == found.kid:
        return entry.moved(KeyState.WITHDRAWN, now)
    if entry.alg == found.alg and found.state is KeyState.ACTIVE and entry.state is KeyState.NEXT:
        return entry.moved(KeyState.ACTIVE, now)
    return entry


def _kind(alg: str) -> type[RSAKey | ECKey]:
    return RSAKey if alg == "RS256" else ECKey


def _make(folder: Path, alg: str, state: KeyState, now: datetime) -> KeyEntry:
    key: SigningKey = RSAKey.generate_key(_RSA_BITS) if alg == "RS256" else ECKey.generate_key("P-256")
    kid = key.thumbprint()
    write_private(folder / f"{kid}.pem", key.as_pem(private=True).decode())
    public: JsonObject = {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": alg}
    return KeyEntry(kid=kid, alg=alg, state=state, made_at=now, changed_at=now, public=public)


def _save(folder: Path, entries: Iterable[KeyEntry]) -> None:
    keys = [
        {
            "kid": entry.kid,
            "alg": entry.alg,
            "state": entry.state.value,
            "made_at": entry.made_at.isoformat(),
            "changed_at": entry.changed_at.isoformat(),
            "public": dict(entry.public),
        }
        for entry in entries
    ]
    write_private(folder / INDEX_FILE, json.dumps({"keys": keys}, indent=2) + "\n")


def _forget_private_parts(folder: Path, entries: Iterable[KeyEntry]) -> None:
    """Delete the private part of every key that will never sign again."""
    for entry in entries:
        if entry.state in {KeyState.RETIRED, KeyState.WITHDRAWN}:
            (folder / f"{entry.kid}.pem").unlink(missing_ok=True)


def _parse_entry(item: dict[str, Any]) -> KeyEntry:
    if item["alg"] not in ALGORITHMS:
        raise ValueError("an algorithm this program does not sign with")
    return KeyEntry(
        kid=str(item["kid"]),
        alg=item["alg"],
        state=KeyState(item["state"]),
        made_at=datetime.fromisoformat(item["made_at"]),
        changed_at=datetime.fromisoformat(item["changed_at"]),
        public=dict(item["public"]),
    )
