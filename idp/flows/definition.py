"""What a YAML flow means once it is compiled: frozen steps in order, with their conditions and places in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONTINUE = "continue"
"""As `on_fail`: go on with the next step as if nothing had happened."""

STAY = "stay"
"""As `on_fail`: say what went wrong, on the page the person is at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One configured step. `verb` and `target` pick its type (`verify`, `email`), `config` is that type's dataclass.

    `path` is the step's place in the YAML document. `name` is what `then` and `on_fail` of other steps may call it.
    """

    verb: str
    target: str
    config: Any
    path: tuple[str | int, ...]
    name: str
    when: str | None = None
    then: str | None = None
    on_fail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow. `progress` names the pages that are posts on the person's road, in order."""

    name: str
    steps: tuple[Step, ...]
    progress: tuple[str, ...] = ()

    def index_of(self, name: str) -> int | None:
        """The position of the step with this name."""
        return next((at for at, step in enumerate(self.steps) if step.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSet:
    """All flows of a site as they were at one moment. `version` is a hash of their sources; `sources` are the texts."""

    version: str
    flows: Mapping[str, Flow]
    sources: Mapping[str, str]
