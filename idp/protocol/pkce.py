"""Proof Key for Code Exchange: S256 and nothing else. RFC 7636 §4.1 to §4.6, RFC 9700 §2.1.1."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

METHOD = "S256"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


def find_challenge_problem(challenge: str | None, method: str | None, *, is_required: bool) -> str | None:
    """The parameter that is wrong, or None when the pair is good (or both are left out and may be)."""
    if challenge is None and method is None and not is_required:
        return None
    if challenge is None or _CHALLENGE.fullmatch(challenge) is None:
        return "code_challenge"
    # RFC 7636 §4.3: without a method it would be `plain`, which is refused (RFC 9700 §2.1.1).
    return None if method == METHOD else "code_challenge_method"


def is_verified(verifier: str | None, challenge: str | None) -> bool:
    """True when the verifier belongs to the challenge, or neither is there.

    RFC 9700 §4.8.2: a verifier for a code that was asked for without a challenge is refused too.
    """
    if verifier is None or challenge is None:
        return verifier is None and challenge is None
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
    return hmac.compare_digest(made, challenge)
