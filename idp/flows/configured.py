"""The decorator for what a step may say in YAML: a frozen dataclass that refuses keys it does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

from pydantic import ConfigDict

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def step_config(cls: type[T]) -> type[T]:
    """A frozen, keyword-only dataclass; read from YAML, an unknown key is a finding."""
    cls.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)
