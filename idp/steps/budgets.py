"""Messages that nothing limits: a mistake of every step that sends codes or links by a channel without a budget."""

from __future__ import annotations

from collections.abc import Iterable

from idp.flows.mistakes import Mistake, Names


def budget_mistakes(channel: str, names: Names, path: tuple[str | int, ...] = ()) -> Iterable[Mistake]:
    """Without a budget anybody could have any number of messages sent, to anybody."""
    if not names.site.budgets.get(channel):
        message = f"`budgets` of site.yaml sets no limit for {channel}"
        hint = f"{channel}: [{{per: all, limit: 5000, window: 24h}}]"
        yield Mistake(code="F0129", message=message, path=path, suggestion=hint)
