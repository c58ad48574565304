"""Keyed digests and encryption at rest (ports Digester and Sealer), and the file their keys live in.

`keys/secrets.json` is made once: one root key for digests and a list of sealing keys, newest first. The newest seals,
all of them open; to turn keys over, put a new one in front and restart. HKDF-Expand (RFC 5869 §2.3) gives each
purpose a key of its own; AES-256-GCM (NIST SP 800-38D) seals, with purpose and key id as associated data.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp.domain.ports import Secrets
from idp.providers.files import locked, write_private

SECRETS_FILE = "secrets.json"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class BadSecretsFile(ValueError):
    """`keys/secrets.json` is not what this program wrote; the message says what is wrong, never what is in it."""


@dataclass(frozen=True, slots=True)
class SealingKey:
    """One AES-256 key; `id` stands in front of everything it sealed."""

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKeys:
    """What `keys/secrets.json` holds. `sealing` is newest first and never empty."""

    digest: bytes = field(repr=False)
    sealing: tuple[SealingKey, ...]


class KeyedDigester:
    """HMAC-SHA256 under a key per purpose (port Digester)."""

    def __init__(self, keys: SecretKeys) -> None:
        self._root = keys.digest

    def digest(self, purpose: str, value: str) -> str:
        """64 hex digits."""
        # RFC 5869 §2.3: the first block of HKDF-Expand with the purpose as info; the root is uniformly random.
        key = hmac.digest(self._root, _bytes(purpose) + b"\x01", "sha256")
        return hmac.digest(key, _bytes(value), "sha256").hex()


class AesSealer:
    """AES-256-GCM with a random nonce (port Sealer). Sealed text: key id, full stop, base64url of nonce and box."""

    def __init__(self, keys: SecretKeys, secrets: Secrets) -> None:
        self._secrets = secrets
        self._newest = keys.sealing[0].id
        self._boxes = {key.id: AESGCM(key.key) for key in keys.sealing}

    def seal(self, purpose: str, plain: str) -> str:
        """Encrypt under the newest key."""
        nonce = _decode(self._secrets.token())[:_NONCE_BYTES]
        box = self._boxes[self._newest].encrypt(nonce, _bytes(plain), _associated_data(self._newest, purpose))
        return f"{self._newest}.{_encode(nonce + box)}"

    def open(self, purpose: str, sealed: str) -> str:
        """Decrypt with whichever key sealed it. Raises ValueError when altered or sealed for another purpose."""
        key_id, _, body = sealed.partition(".")
        box = self._boxes.get(key_id)
        if box is None:
            raise ValueError("sealed with an unknown key")
        data = _decode(body)
        try:
            plain = box.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _associated_data(key_id, purpose))
        except InvalidTag:
            raise ValueError("altered, or sealed for another purpose") from None
        return plain.decode("utf-8", "surrogatepass")


def load_secret_keys(folder: Path, secrets: Secrets) -> SecretKeys:
    """The keys in `folder`, made now if there are none; processes that start together end with the same ones.

    Raises BadSecretsFile.
    """
    path = folder / SECRETS_FILE
    try:
        if not path.exists():
            _make_first(path, secrets)
        return _parse(path.read_bytes())
    except OSError as error:
        raise BadSecretsFile(f"{SECRETS_FILE}: {error.strerror}") from None


def _make_first(path: Path, secrets: Secrets) -> None:
    with locked(path.parent):
        if not path.exists():
            write_private(path, _new_file(secrets))


def _new_file(secrets: Secrets) -> str:
    content = {"digest": secrets.token(), "sealing": [{"id": secrets.token()[:8], "key": secrets.token()}]}
    return json.dumps(content, indent=2) + "\n"


def _parse(text: bytes) -> SecretKeys:
    try:
        content: dict[str, Any] = json.loads(text)
        digest = _decode_key(content["digest"])
        entries = content["sealing"]
        if not isinstance(entries, list) or not entries:
            raise BadSecretsFile(f"{SECRETS_FILE}: `sealing` has to be a list with at least one key")
        sealing = tuple(SealingKey(str(entry["id"]), _decode_key(entry["key"])) for entry in entries)
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError):
        raise BadSecretsFile(f"{SECRETS_FILE}: a member is missing or of the wrong kind") from None
    if len({key.id for key in sealing}) < len(sealing) or any("." in key.id or not key.id for key in sealing):
        raise BadSecretsFile(f"{SECRETS_FILE}: every sealing key needs an id of its own, without a full stop")
    return SecretKeys(digest=digest, sealing=sealing)


def _decode_key(text: object) -> bytes:
    try:
        key = _decode(text) if isinstance(text, str) else b""
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise BadSecretsFile(f"{SECRETS_FILE}: a key has to be 32 bytes in base64url")
    return key


def _associated_data(key_id: str, purpose: str) -> bytes:
    return _bytes(f"{key_id}.{purpose}")


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which JSON can carry, is a value like any other."""
    return text.encode("utf-8", "surrogatepass")


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
