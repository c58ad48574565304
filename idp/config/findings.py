"""Mistakes in YAML files, each with its place, so that all of them can be shown at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One mistake. `file` is relative to the site folder; `line` and `column` count from 1.

    `code` is explained by `sekisho explain`; `suggestion` is a likely right spelling; `excerpt` is the line itself.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    suggestion: str | None = None
    excerpt: str = ""


class ConfigError(Exception):
    """A site that cannot be used, with every finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings), key=lambda item: (item.file, item.line, item.column, item.code)))
        super().__init__(f"{len(self.findings)} problem(s)")
