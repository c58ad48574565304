"""A finding as people read it: place, code, message, the line with a caret under the mistake, a likely right spelling.

Lines of YAML may hold anything; what does not print is escaped, and wide letters count twice under the caret.
"""

from __future__ import annotations

import unicodedata

from idp.cli.logs import escape_line
from idp.config.findings import Finding

WIDTH = 100
_WIDE = frozenset({"W", "F"})


def format_finding(finding: Finding) -> str:
    """Several lines of text, without a last line end."""
    lines = [f"{format_place(finding)}: {finding.code} {escape_line(finding.message)}"]
    if finding.line and finding.excerpt:
        lines += _excerpt(finding)
    if finding.suggestion is not None:
        lines.append(f"    perhaps: {escape_line(finding.suggestion)}")
    return "\n".join(lines)


def format_place(finding: Finding) -> str:
    """`flows/sign_up.yaml:12:5`, or only a name for what is not in a file."""
    return f"{finding.file}:{finding.line}:{finding.column}" if finding.line else finding.file


def _excerpt(finding: Finding) -> list[str]:
    text = finding.excerpt.replace("\t", " ")
    start = max(0, finding.column - WIDTH + 20)
    shown = f"{'…' if start else ''}{text[start : start + WIDTH]}"
    before = text[start : finding.column - 1]
    gutter = f"{finding.line:>6} | "
    caret = " " * (len(gutter) - 2) + "| " + " " * (_cells(before) + bool(start)) + "^"
    return [gutter + escape_line(shown), caret]


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in _WIDE) for letter in text
    )
