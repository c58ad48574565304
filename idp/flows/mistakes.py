"""What a step type tells the loader: mistakes in a configuration, the CEL texts in it, and what may be named."""

from __future__ import annotations

from dataclasses import dataclass

from idp.config.attributes import Attributes
from idp.config.site import Site
from idp.flows.conditions import ValueType


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something wrong with a step's configuration, found when the flow is loaded. `path` is within the step."""

    code: str
    message: str
    path: tuple[str | int, ...] = ()
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A CEL text in a step's configuration, at `path` within the step, and the type it has to give.

    That type follows from `attribute` or `hook_input` (the hook and its input) when the value is for one of them.
    """

    text: str
    path: tuple[str | int, ...]
    expected: ValueType | None = None
    attribute: str | None = None
    hook_input: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What may be named in a configuration: for checks at load time."""

    attributes: Attributes
    site: Site
    flows: frozenset[str]
    expressions: frozenset[str]
