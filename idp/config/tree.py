"""From YAML events to plain data, keeping the place of every key, item and scalar.

Only what a site needs: mappings with text keys, lists, text, whole numbers, true/false and null (YAML 1.2 core schema
without floats: `1.5`, `0900` and dates stay text). No tags, no merge keys, bounded depth and aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

Path = tuple[str | int, ...]
Plain = Any
"""dict, list, str, int, bool or None."""

MAX_DEPTH = 32
MAX_ALIASES = 20

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands, counting from 0. `style` is the quote or block sign of a scalar, else empty."""

    line: int
    column: int
    end_line: int
    end_column: int
    style: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A problem of the text itself, at a place that counts from 0."""

    code: str
    message: str
    line: int
    column: int


class TooDeep(Exception):
    """Nesting beyond the bound; nothing after it is looked at."""

    def __init__(self, event: Event) -> None:
        super().__init__(f"more than {MAX_DEPTH} levels")
        self.line, self.column = event.start_mark.line, event.start_mark.column


@dataclass(slots=True)
class Tree:
    """Plain data under construction. `keys` and `values` give the place of each path."""

    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    anchors: dict[str, Plain] = field(default_factory=dict)
    aliases: int = 0
    open_anchors: int = 0

    def build(self, events: Iterator[Event]) -> Plain:
        """The one document's data; raises TooDeep, and whatever the parser raises."""
        data: Plain = None
        documents = 0
        for event in events:
            if not isinstance(event, DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                self._mistake("Y0011", "A second document begins here; a file holds one", event)
                break
            data = self._node(next(events), events, ())
        return data

    def _mistake(self, code: str, message: str, event: Event) -> None:
        self.mistakes.append(Mistake(code, message, event.start_mark.line, event.start_mark.column))

    def _node(self, event: Event, events: Iterator[Event], path: Path) -> Plain:
        if len(path) > MAX_DEPTH:
            raise TooDeep(event)
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        anchor: str | None = getattr(event, "anchor", None)
        self.open_anchors += bool(anchor)
        self._check_tag(event)
        place = _place(event)
        self.values[path] = place
        data: Plain
        if isinstance(event, MappingStartEvent):
            data = self._mapping(events, path)
        elif isinstance(event, SequenceStartEvent):
            data = self._sequence(events, path)
        elif isinstance(event, ScalarEvent):
            self._check_text(event)
            data = _scalar(event)
        else:
            data = None
        self.open_anchors -= bool(anchor)
        if anchor:
            self.anchors[anchor] = data
        return data

    def _check_tag(self, event: Event) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._mistake("Y0010", f"The tag {str(tag)[:40]!r} means nothing here; write the plain value", event)

    def _check_text(self, event: ScalarEvent) -> None:
        if match := _UNWANTED.search(str(event.value)):
            self._mistake("Y0004", f"The escape for U+{ord(match.group()):04X} is not allowed in a text", event)

    def _alias(self, event: AliasEvent, path: Path) -> Plain:
        self.values[path] = _place(event)
        self.aliases += 1
        name = str(event.anchor)
        if self.open_anchors:
            self._mistake("Y0008", f"The alias *{name} stands inside an anchored part; write it out", event)
            return None
        if self.aliases > MAX_ALIASES:
            self._mistake("Y0008", f"More than {MAX_ALIASES} aliases; write this out", event)
            return None
        if name not in self.anchors:
            self._mistake("Y0005", f"There is no anchor &{name} above this alias", event)
        return self.anchors.get(name)

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Plain]:
        data: dict[str, Plain] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event, events, path)
            place = _place(event)
            if key in data:
                first = self.keys[*path, key].line + 1
                self._mistake("Y0007", f"The key {key!r} is here twice; the first is on line {first}", event)
                self._node(next(events), events, (*path, key, "again"))
                continue
            self.keys[*path, key] = place
            data[key] = self._node(next(events), events, (*path, key))
            if data[key] is None and self.values[*path, key].line > place.line:  # nothing: YAML sees it further down
                self.values[*path, key] = replace(place, line=place.end_line, column=place.end_column)
        return data

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        if isinstance(event, ScalarEvent):
            self._check_tag(event)
            self._check_text(event)
            return str(event.value)
        self._mistake("Y0012", "A key must be plain text", event)
        self._node(event, events, (*path, "key"))
        return ""

    def _sequence(self, events: Iterator[Event], path: Path) -> list[Plain]:
        data: list[Plain] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            data.append(self._node(event, events, (*path, len(data))))
        return data


def _place(event: Event) -> Place:
    start, end = event.start_mark, event.end_mark
    style = getattr(event, "style", None) or "" if isinstance(event, ScalarEvent) else ""
    return Place(line=start.line, column=start.column, end_line=end.line, end_column=end.column, style=style)


def _scalar(event: ScalarEvent) -> Plain:
    text = str(event.value)
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.match(text) else text
