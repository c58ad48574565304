"""Frozen domain values as JSON and back, for the columns that hold a whole value.

Owns the plain half (sets and tuples become lists, enums and times their text); what a field is read back as is said
by each store.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from idp.domain.values import Json

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Readers = Mapping[str, Callable[[Any], Any]]


def to_json(value: DataclassInstance) -> dict[str, Json]:
    """The fields of a dataclass as JSON."""
    return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def read_fields(kind: type[DataclassInstance], stored: Mapping[str, Any], readers: Readers) -> dict[str, Any]:
    """Keyword arguments for `kind`; names it does not know (a newer version's) are left out."""
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: readers.get(name, _as_is)(item) for name, item in stored.items() if name in names}


def plain(value: Any) -> Json:
    """The JSON of a value; sets come out sorted, so that equal values are equal text."""
    match value:
        case datetime():
            return value.isoformat()
        case frozenset():
            return sorted(str(item) for item in value)
        case tuple() | list():
            return [plain(item) for item in value]
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case None | bool() | int() | float() | str():
            return value
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return to_json(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON")


def _as_is(value: Any) -> Any:
    return value
