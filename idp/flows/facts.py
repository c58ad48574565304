"""What a journey knows, and where each piece came from.

A fact has a value, a source and a time. Proofs are about values, not names: when an address is changed after it was
proven, the proof no longer fits it and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idp.domain.session import Method
from idp.domain.values import Json


class Source(StrEnum):
    """Where a fact came from."""

    TYPED = "typed"
    PROVEN = "proven"
    REGISTRY = "registry"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One piece of knowledge of a journey."""

    value: Json
    source: Source
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Somebody showed that they can read what is sent to `value` (a canonical address or number)."""

    value: str
    method: Method
    at: datetime


Facts = Mapping[str, Fact]


def is_proven(proofs: tuple[Proof, ...], value: str, *, now: datetime, within: timedelta | None = None) -> bool:
    """True when `value` itself was proven, not longer ago than `within`."""
    return bool(value) and any(
        proof.value.casefold() == value.casefold() and (within is None or now - proof.at <= within) for proof in proofs
    )
