"""Reading one YAML file of a site: plain data with positions, and every problem as a finding instead of a traceback.

Owns the limits of a file (size, encoding, depth, aliases) and the way from a path in the data to a line and column.
Knows nothing of what the keys mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from idp.config.findings import Finding
from idp.config.tree import MAX_DEPTH, Path, Place, Plain, TooDeep, Tree

MAX_BYTES = 256 * 1024
EXCERPT_LENGTH = 200

_LINE_END = re.compile(r"\r\n|\r|\n")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARSER_FAILURES = (YAMLError, ValueError, LookupError, TypeError, AttributeError, AssertionError, NotImplementedError)
"""The parser means to raise YAMLError; on broken directives and marks other kinds get out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlDocument:
    """One file as plain data (dict, list, str, int, bool, None) that remembers where each part was written.

    `file` is relative to the site folder.
    """

    file: str
    data: Plain
    lines: tuple[str, ...] = field(repr=False)
    keys: Mapping[Path, Place] = field(repr=False)
    values: Mapping[Path, Place] = field(repr=False)

    def at(self, path: Path, *, key: bool = False, offset: tuple[int, int] = (0, 0)) -> tuple[int, int]:
        """Line and column, from 1, of a value (or of its key); of the nearest part around it when it is not there.

        `offset` is a line and column from 0 inside the text of a scalar.
        """
        for length in range(len(path), -1, -1):
            part = path[:length]
            # One text may stand for a list of one: an item that is not there is the text itself.
            is_about_key = not isinstance(path[length], int) if length < len(path) else key
            place = (self.keys.get(part) if is_about_key else None) or self.values.get(part)
            if place is not None:
                inside = length == len(path) and not key and offset != (0, 0)
                line, column = self._inside(place, part, offset) if inside else (place.line, place.column)
                return line + 1, column + 1
        return 1, 1

    def excerpt(self, line: int) -> str:
        """The text of a line (from 1), shortened; empty past the end."""
        return self.lines[line - 1][:EXCERPT_LENGTH] if 1 <= line <= len(self.lines) else ""

    def finding(
        self,
        path: Path,
        code: str,
        message: str,
        *,
        suggestion: str | None = None,
        key: bool = False,
        offset: tuple[int, int] = (0, 0),
    ) -> Finding:
        """A finding at a path; see `at`."""
        line, column = self.at(path, key=key, offset=offset)
        return _finding(self.file, code, message, (line, column, self.excerpt(line)), suggestion=suggestion)

    def _inside(self, place: Place, path: Path, offset: tuple[int, int]) -> tuple[int, int]:
        text = self._value(path)
        rows, column = offset
        left = sum(len(line) + 1 for line in text.split("\n")[:rows]) + column
        block = place.style in ("|", ">")
        line = place.line + block
        start = self._indent(line) if block else place.column + len(place.style)
        while line < place.end_line and left > len(self.lines[line].rstrip()) - start:
            left -= len(self.lines[line].rstrip()) - start + 1
            line += 1
            start = start if place.style == "|" else self._indent(line)
        return line, start + max(left, 0)

    def _indent(self, line: int) -> int:
        text = self.lines[line] if line < len(self.lines) else ""
        return len(text) - len(text.lstrip())

    def _value(self, path: Path) -> str:
        data = self.data
        for part in path:
            data = data[part]
        return str(data)


def read_yaml(path: FilePath, root: FilePath) -> tuple[YamlDocument | None, tuple[Finding, ...]]:
    """The document and what is wrong with its text.

    A document can come with findings (a key written twice): what it says may then still be checked, never used.
    """
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    text, problem = _read_text(path)
    if problem is not None:
        code, message, line, column = problem
        return None, (_finding(name, code, message, (line, column, "")),)
    return parse_yaml(name, text)


def parse_yaml(name: str, text: str) -> tuple[YamlDocument | None, tuple[Finding, ...]]:
    """The same for a text that was read already; `name` is the file it came from."""
    lines = tuple(_LINE_END.split(text))
    if findings := tuple(_find_unprintable(name, lines)):
        return None, findings
    return _parse(name, text, lines)


def _finding(
    file: str, code: str, message: str, place: tuple[int, int, str], *, suggestion: str | None = None
) -> Finding:
    line, column, excerpt = place
    return Finding(
        file=file, line=line, column=column, code=code, message=message, suggestion=suggestion, excerpt=excerpt
    )


def _read_text(path: FilePath) -> tuple[str, tuple[str, str, int, int] | None]:
    if not path.exists():
        return "", ("Y0001", "The file is missing", 1, 1)
    if not path.is_file():
        return "", ("Y0001", "This is not a file", 1, 1)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return "", ("Y0001", f"The file cannot be read: {error.strerror or 'input/output error'}", 1, 1)
    if len(raw) > MAX_BYTES:
        return "", ("Y0002", f"The file is larger than {MAX_BYTES // 1024} KiB", 1, 1)
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line, column = _position(raw[: error.start].decode("utf-8-sig", errors="replace"))
        return "", ("Y0003", f"The file is not UTF-8 (byte 0x{raw[error.start]:02x})", line, column)


def _position(before: str) -> tuple[int, int]:
    lines = _LINE_END.split(before)
    return len(lines), len(lines[-1]) + 1


def _find_unprintable(name: str, lines: Iterable[str]) -> Iterable[Finding]:
    for number, line in enumerate(lines, 1):
        if match := _UNPRINTABLE.search(line):
            character = ord(match.group())
            what = "a NUL character" if character == 0 else f"the control character U+{character:04X}"
            excerpt = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", line)[:EXCERPT_LENGTH]
            yield _finding(name, "Y0004", f"The line holds {what}", (number, match.start() + 1, excerpt))


def _parse(name: str, text: str, lines: tuple[str, ...]) -> tuple[YamlDocument | None, tuple[Finding, ...]]:
    tree = Tree()
    try:
        data = tree.build(iter(YAML(typ="safe", pure=True).parse(text)))
    except TooDeep as error:
        place = _place(lines, error.line, error.column)
        return None, (_finding(name, "Y0009", f"Nested more than {MAX_DEPTH} levels deep", place),)
    except _PARSER_FAILURES as error:
        return None, _syntax_findings(name, lines, error)
    found = [_finding(name, item.code, item.message, _place(lines, item.line, item.column)) for item in tree.mistakes]
    document = YamlDocument(file=name, data=data, lines=lines, keys=tree.keys, values=tree.values)
    if not isinstance(data, dict):
        what = "The file is empty" if data is None else "The file must hold keys with values"
        found.append(document.finding((), "Y0013", what))
        return None, tuple(found)
    return document, tuple(found)


def _place(lines: tuple[str, ...], line: int, column: int) -> tuple[int, int, str]:
    excerpt = lines[line][:EXCERPT_LENGTH] if line < len(lines) else ""
    return line + 1, column + 1, excerpt


def _syntax_findings(name: str, lines: tuple[str, ...], error: Exception) -> tuple[Finding, ...]:
    tabs = [number for number, line in enumerate(lines) if "\t" in line[: len(line) - len(line.lstrip())]]
    if tabs:
        message = "A tab stands in the indentation; use spaces"
        return tuple(
            _finding(name, "Y0006", message, _place(lines, number, lines[number].index("\t"))) for number in tabs
        )
    mark = None
    what = "not readable as YAML"
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(part) for part in (error.context, error.problem) if part)
    place = _place(lines, mark.line, mark.column) if mark is not None else (1, 1, "")
    what = what.replace("found '\\x00'", "found the end of the file")
    hint = 'text with ": " in it needs quotes' if "mapping values" in what else None
    return (_finding(name, "Y0005", f"YAML: {what}", place, suggestion=hint),)
