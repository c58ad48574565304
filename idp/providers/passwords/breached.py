"""Passwords known to attackers (port BreachedPasswords): a small list of our own and, if named, a bigger file.

`common.txt` holds a few thousand words that follow the usual patterns: words and names with numbers behind them, rows
of keys, letters swapped for signs. It is no breach collection: a site that wants one names a text file with a password
a line, which is held in memory (about 100 bytes a line; a few million lines are fine).
NIST SP 800-63B-4 §3.1.1.2 asks for the comparison; it is made of the whole password, whatever its case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

_COMMON = Path(__file__).with_name("common.txt")


class ListedPasswords:
    """Passwords from files, one a line (port BreachedPasswords). Raises OSError when `more` cannot be read."""

    def __init__(self, more: Path | None = None) -> None:
        files = (_COMMON,) if more is None else (_COMMON, more)
        self._known = frozenset(word for file in files for word in _read(file))

    def contains(self, password: str) -> bool:
        """True when the password is on the list, whatever its case or width."""
        return _folded(password) in self._known


def _read(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from (_folded(word) for line in lines if (word := line.rstrip("\r\n")))


def _folded(password: str) -> str:
    return unicodedata.normalize("NFKC", password).casefold()
