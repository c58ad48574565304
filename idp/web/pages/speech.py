"""Texts as HTML: everything that comes from outside is escaped here, once, before it meets a template.

Owns the few typographic rules of the look (a quoted button name keeps its particle, U+200B is a possible break) and
the order in which a text is looked for. Knows no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from idp.config.texts import fill
from idp.config.wording import Wording
from idp.domain.values import Json

_QUOTED = re.compile(r"「[^「」<>\n]{1,16}」(?:から|[をへにがはでのも])")
_BREAK = "\u200b"
EMPTY = Markup()

Param = Json | Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One language of one page. `params` fill placeholders everywhere on it."""

    wording: Wording
    params: Mapping[str, Param]

    def with_params(self, params: Mapping[str, Param]) -> Speech:
        """The same with more placeholders known."""
        return replace(self, params={**self.params, **params})

    def has(self, key: str) -> bool:
        """True when there is such a text, here or in English."""
        return self.wording.texts.find(self.wording.locale, key) is not None

    def plain(self, keys: str | Iterable[str], **params: Param) -> str:
        """The first text there is, as plain text (for attributes and titles); empty without one."""
        text = self._find(keys)
        return "" if text is None else self._fill(text, params).replace(_BREAK, "")

    def say(self, keys: str | Iterable[str], **params: Param) -> Markup:
        """The first text there is, as HTML; empty without one. Params that are Markup are trusted."""
        text = self._find(keys)
        return Markup() if text is None else self.typeset(self._fill(str(escape(text)), params, is_html=True))

    def lines(self, keys: str | Iterable[str], **params: Param) -> tuple[Markup, ...]:
        """The lines of the first text there is; lines with an unknown placeholder are left out."""
        text = self._find(keys)
        said = "" if text is None else self._fill(str(escape(text)), params, is_html=True, drop=True)
        return tuple(self.typeset(line) for line in said.split("\n") if line.strip())

    def typeset(self, html: str) -> Markup:
        """Escaped text with the typographic rules applied."""
        kept = _QUOTED.sub(lambda match: f'<span class="keep">{match[0]}</span>', html)
        return Markup(kept.replace(_BREAK, "<wbr>"))  # noqa: S704 -- `html` is escaped already

    def value(self, value: Json, form: str | None = None) -> Markup:
        """One value in words."""
        return escape(self.wording.value(value, form) or "")

    def _find(self, keys: str | Iterable[str]) -> str | None:
        for key in (keys,) if isinstance(keys, str) else keys:
            text = self.wording.texts.find(self.wording.locale, key)
            if text is not None:
                return text
        return None

    def _fill(self, text: str, params: Mapping[str, Param], *, is_html: bool = False, drop: bool = False) -> str:
        known = {**self.params, **params}

        def value(name: str, form: str | None) -> str | None:
            found = known.get(name)
            if isinstance(found, Markup):
                return str(found) if is_html else found.striptags()
            said = self.wording.value(found, form)
            return str(escape(said)) if is_html and said is not None else said

        return fill(text, value, drop=drop)
