"""The log as text on standard error: one line a record, whatever a caller put into it.

Owns the form of a line, nothing of what is logged. Control characters, line separators and marks that turn the
direction of writing are written as escapes, so that nobody outside can draw on an operator's terminal or invent a
record.
"""

from __future__ import annotations

import logging
import sys
import unicodedata

LONGEST = 4000
"""Letters of one line; what is longer is cut, so that no caller fills a disk with one request."""

_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape_line(text: str) -> str:
    """`text` as one harmless line of at most `LONGEST` letters; what does not print is shown by its number."""
    cut = text[:LONGEST]
    shown = cut if cut.isascii() and cut.isprintable() else "".join(map(_escape, cut))
    return shown if cut == text else f"{shown}… ({len(text)} letters)"


def _escape(letter: str) -> str:
    if unicodedata.category(letter) in _ESCAPED_CATEGORIES:
        return letter.encode("unicode_escape").decode("ascii")
    return letter


class LineFormatter(logging.Formatter):
    """Time, level, room and message of a record; a traceback follows as indented lines, each escaped by itself."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        room = record.name.removeprefix("idp.").removeprefix("sekisho.")
        head = f"{self.formatTime(record, '%H:%M:%S')} {record.levelname.lower():7} {room}: {record.getMessage()}"
        lines = [escape_line(head)]
        if record.exc_info:
            lines += [f"    {escape_line(line)}" for line in self.formatException(record.exc_info).splitlines()]
        return "\n".join(lines)


def write_log_to_stderr(level: int = logging.INFO) -> None:
    """Send every record of the process to standard error, replacing what was set up before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
