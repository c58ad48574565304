"""The machine's clock and randomness: the only file that asks the system for either.

Everything else takes the ports `Clock` and `Secrets`, so that tests say what time it is and what chance brings.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from idp.domain.ports import Clock

_SORTED_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # base 32 whose text order is its number order, in any collation
_REFERENCE_ALPHABET = "234679CDFGHJKMNPQRTVWXY"  # nothing that looks like another, no vowels that make words
_TIME_LETTERS = 10  # 50 bits of milliseconds
_RANDOM_LETTERS = 26  # 130 bits


class SystemClock:
    """The machine's clock (port Clock)."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return datetime.now(UTC)


class SystemSecrets:
    """The operating system's random generator (port Secrets)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def token(self) -> str:
        """256 random bits as 43 URL-safe letters."""
        return secrets.token_urlsafe(32)

    def identifier(self) -> str:
        """36 lower-case letters and digits: the millisecond first, then 130 random bits."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return _base32(milliseconds, _TIME_LETTERS) + _base32(secrets.randbits(130), _RANDOM_LETTERS)

    def digits(self, length: int) -> str:
        """`length` uniformly random decimal digits."""
        return f"{secrets.randbelow(10**length):0{length}d}"

    def reference(self) -> str:
        """Two groups of three letters and digits, like `7K2-M4Q`."""
        letters = [secrets.choice(_REFERENCE_ALPHABET) for _ in range(6)]
        return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


def _base32(number: int, length: int) -> str:
    return "".join(_SORTED_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))
