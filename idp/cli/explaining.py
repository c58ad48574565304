"""`sekisho explain`: what a code means."""

from __future__ import annotations

import textwrap

from idp.cli.console import Answer, Refused
from idp.config.catalogue import Explanation, find_explanation, load_catalogue
from idp.config.suggest import did_you_mean


def explain(code: str | None) -> Answer:
    """One explanation, or the list of all. Raises Refused for a code that nobody uses."""
    catalogue = load_catalogue()
    if code is None:
        return Answer(
            lines=[f"{item.code}  {item.title}" for item in catalogue.values()],
            data={"codes": [_to_data(item) for item in catalogue.values()]},
        )
    found = find_explanation(code, catalogue)
    if found is None:
        names = [*catalogue, *(item.name for item in catalogue.values() if item.name)]
        near = did_you_mean(code, names)
        raise Refused(f"There is no code {code!r}{f'; perhaps {near}' if near else ''}.")
    head = f"{found.code}  {found.title}" + (f" ({found.name})" if found.name else "")
    return Answer(lines=[head, "", *textwrap.wrap(found.text, 100)], data=_to_data(found))


def _to_data(item: Explanation) -> dict[str, str]:
    named = {"name": item.name} if item.name else {}
    return {"code": item.code, **named, "title": item.title, "text": item.text}
