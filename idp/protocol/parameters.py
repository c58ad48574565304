"""Reading `application/x-www-form-urlencoded` parameters, strictly: a query or a body becomes one frozen value.

Owns what every OAuth endpoint refuses: bytes that are no UTF-8, too many fields, a name twice, control characters.
RFC 6749 §3.1, §3.2 and appendix B.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

MAX_FIELDS = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_BUT_SPACE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_JSON_PARAMETERS = frozenset({"claims"})


class MalformedParameters(ValueError):
    """The bytes are not a form that may be read at all."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Names and values in the order they came."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value that is not empty: without a value a parameter counts as left out (RFC 6749 §3.1)."""
        return next((value for key, value in self.pairs if key == name and value), None)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a name, empty ones too."""
        return tuple(value for key, value in self.pairs if key == name)

    def repeated(self) -> str | None:
        """A name that came more than once, or None."""
        seen: set[str] = set()
        for name, _ in self.pairs:
            if name in seen:
                return name
            seen.add(name)
        return None

    def unprintable(self) -> str | None:
        """The name of a parameter with a control character in it; JSON may hold line breaks and tabs."""
        for name, value in self.pairs:
            pattern = _CONTROL_BUT_SPACE if name in _JSON_PARAMETERS else _CONTROL
            if pattern.search(value) or _CONTROL.search(name):
                return name
        return None


def parse_parameters(raw: bytes) -> Parameters:
    """Parse a query string or a form body. Raises MalformedParameters."""
    try:
        pairs = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError:
        raise MalformedParameters("not UTF-8") from None
    except ValueError:
        raise MalformedParameters(f"more than {MAX_FIELDS} fields") from None
    return Parameters(tuple(pairs))
