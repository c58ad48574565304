"""Flow sets by version: today's, and those that journeys under way began with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from idp.config.findings import ConfigError
from idp.domain.ports import FlowVersionStore
from idp.flows.definition import FlowSet


class JourneyLost(LookupError):
    """What a journey rests on is gone: its flow version, or its client."""


class FlowLibrary:
    """Keeps every flow version that this process has needed, compiled.

    `compile_sources` turns stored sources (file texts by flow name) into a set.
    """

    def __init__(
        self, current: FlowSet, store: FlowVersionStore, compile_sources: Callable[[Mapping[str, str]], FlowSet]
    ) -> None:
        self._current = current
        self._store = store
        self._compile = compile_sources
        self._known = {current.version: current}
        self._lock = Lock()

    def current(self) -> FlowSet:
        """The set that new journeys begin with."""
        return self._current

    def keep(self, flows: FlowSet, now: datetime) -> None:
        """Store the source of a version in the caller's unit, so that it is there whenever the journey is."""
        self._store.keep(flows.version, dict(flows.sources), now)

    def get(self, version: str) -> FlowSet:
        """The set of a version. Raises JourneyLost."""
        if version not in self._known:
            source = self._store.get(version)
            if source is None:
                raise JourneyLost(version)
            try:
                compiled = self._compile({name: str(text) for name, text in source.items()})
            except ConfigError as error:  # today's attributes and hooks cannot carry that version any more
                raise JourneyLost(version) from error
            with self._lock:
                self._known[version] = compiled
        return self._known[version]
