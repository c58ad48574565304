"""Shared value types of the domain.

Owns the JSON alias and the ordered assurance levels. Knows no storage and no protocol.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
JsonObject = Mapping[str, Json]


def as_text(value: Json) -> str:
    """A value as forms and pages have it: truth as `true` or `false`, nothing as empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class UnknownLevel(ValueError):
    """An assurance level that `site.yaml` does not declare."""


@dataclass(frozen=True, slots=True)
class AssuranceLevels:
    """The site's assurance levels (`acr` values), weakest first; compared by rank, never as text."""

    names: tuple[str, ...]

    def rank(self, level: str | None) -> int:
        """Position of `level`, 0 the weakest; -1 for None (nothing proven yet).

        Raises UnknownLevel for a name that was not declared.
        """
        if level is None:
            return -1
        try:
            return self.names.index(level)
        except ValueError:
            raise UnknownLevel(level) from None

    def reaches(self, have: str | None, wanted: str | None) -> bool:
        """True when `have` is as strong as `wanted`."""
        return self.rank(have) >= self.rank(wanted)

    def strongest(self, *levels: str | None) -> str | None:
        """The strongest of the given levels; None when none is given."""
        return max(levels, key=self.rank, default=None)
