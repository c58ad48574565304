"""Column types that mean the same on SQLite and PostgreSQL, and how keys are folded.

Times are aware UTC datetimes (SQLite keeps no zone), text may be any Python text (PostgreSQL takes neither NUL nor
lone surrogates), JSON is opaque to the database. Owns no table.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_NOT_STORABLE = re.compile(r"[\\\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(\\|u[0-9a-f]{4})")


class Utc(TypeDecorator[datetime]):
    """An aware datetime, stored and given back in UTC; sorts as text on SQLite too."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a time without a zone."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same moment, aware."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AnyText(TypeDecorator[str]):
    r"""Text of any length and content: a backslash, NUL or lone surrogate is kept as `\\` or `\uXXXX`.

    The escape is one to one, so comparing and unique keys work, and a caller's odd bytes are unknown instead of fatal.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape; an enum's member becomes its plain text."""
        del dialect
        return value if value is None else _NOT_STORABLE.sub(_escape, str(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Undo the escape."""
        del dialect
        return value if value is None or "\\" not in value else _ESCAPED.sub(_unescape, value)


Json = sa.JSON(none_as_null=True)
"""JSON that no query looks into; Python's None is SQL's NULL. Not `jsonb`, which refuses `\\u0000`."""


def fold(value: str) -> str:
    """The key an address is found by: ASCII letters small, all else as it is.

    Unicode case rules would let `K` (Kelvin sign) or a dotless `i` stand for a letter of somebody else's address.
    """
    return value.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def fingerprint(*parts: str) -> str:
    """SHA-256 of the parts, 64 hex digits: a key of bounded length that shows nothing of what it names."""
    sizes = ",".join(str(len(part)) for part in parts)
    return hashlib.sha256("\n".join((sizes, *parts)).encode("utf-8", "surrogatepass")).hexdigest()


def _escape(match: re.Match[str]) -> str:
    return r"\\" if match[0] == "\\" else f"\\u{ord(match[0]):04x}"


def _unescape(match: re.Match[str]) -> str:
    return "\\" if match[1] == "\\" else chr(int(match[1][1:], 16))
