"""What stands in quotes inside an expression and has to be one of a few words: levels, kinds of credentials, times."""

from __future__ import annotations

import re
from collections.abc import Iterable

from idp.config.duration import parse_duration
from idp.config.suggest import did_you_mean
from idp.domain.session import Method
from idp.flows.conditions import Complaint

METHODS = tuple(method.value for method in Method)
_TEXT = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_CALL = re.compile(rf"\b(?P<name>needs|shown|duration|proven)\s*\(\s*(?P<text>{_TEXT})?|{_TEXT}")
_DURATION = re.compile(r"-?([0-9]+(\.[0-9]*)?(h|m|s|ms|us|ns))+")


def check_literals(text: str, levels: Iterable[str]) -> Complaint | None:
    """The first word of an expression that CEL takes and no journey could ever meet, or None."""
    known = {"needs": tuple(levels), "shown": METHODS}
    for call in _CALL.finditer(text):
        name, written = call["name"], (call["text"] or "")[1:-1]
        if name is None or (call["text"] is None and name in {"proven", "duration"}):
            continue
        said, hint = _judge(name, written, known)
        if said is not None:
            at = call.start("text") if call["text"] is not None else call.start()
            before = text[:at]
            line, column = before.count("\n") + 1, at - before.rfind("\n")
            return Complaint(message=said, line=line, column=column, suggestion=hint)
    return None


def _judge(name: str, written: str, known: dict[str, tuple[str, ...]]) -> tuple[str | None, str | None]:
    """What is wrong with the word in quotes (empty when there is none), and what was probably meant."""
    if name in known:
        is_known = written in known[name]
        said = f"`{name}` takes one of these words in quotes: {', '.join(known[name])}"
        return (None, None) if is_known else (said, did_you_mean(written, known[name]))
    if name == "proven":
        return f'`proven` takes a fact, not the word "{written}"', written if written.isidentifier() else None
    is_time = _DURATION.fullmatch(written) is not None
    return (None, None) if is_time else (f'"{written}" is no length of time', _meant(written))


def _meant(written: str) -> str | None:
    """`10 minutes` and the like as CEL writes it."""
    match = re.match(r"\s*([0-9]+)\s*([smhd])", written)
    if match is None:
        return "10m"
    try:
        seconds = int(parse_duration(match[1] + match[2]).total_seconds())
    except ValueError:
        return "10m"
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"
