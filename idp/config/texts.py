"""Every word that people read: the engine's texts and the site's, per language, by key.

Owns reading `locales/<tag>.yaml`, the order in which texts are looked up (site before engine, then English) and the
one way placeholders are filled. Knows neither HTML nor mail; how dates and numbers are said is in `wording`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from idp.config.findings import ConfigError, Finding
from idp.config.source import YamlDocument, read_yaml
from idp.config.tree import Plain
from idp.domain.values import Json

ENGINE_LOCALES = Path(__file__).resolve().parent.parent / "locales"
FALLBACK = "en"

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z]+))?\}")

Catalogue = Mapping[str, str]
"""Texts of one language by dotted key."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts. `site` and `engine` hold a catalogue per language; `locales` are the site's languages."""

    site: Mapping[str, Catalogue]
    engine: Mapping[str, Catalogue]
    locales: tuple[str, ...] = field(default=(FALLBACK,))

    @classmethod
    def load(cls, site_folder: Path | None, locales: Sequence[str]) -> Texts:
        """Read the catalogues of these languages. Raises ConfigError with every mistake in every file."""
        tags = tuple(dict.fromkeys((*locales, FALLBACK)))
        findings: list[Finding] = []
        engine = {tag: _read(ENGINE_LOCALES, tag, ENGINE_LOCALES.parent, findings) for tag in tags}
        site: dict[str, Catalogue] = {}
        if site_folder is not None:
            site = {tag: _read(site_folder / "locales", tag, site_folder, findings) for tag in tags}
        if findings:
            raise ConfigError(findings)
        return cls(site, engine, tuple(locales) or (FALLBACK,))

    def find(self, locale: str, key: str) -> str | None:
        """The text with its placeholders, as written: the site's, else the engine's, else the English one."""
        for tag in (locale, FALLBACK):
            for catalogues in (self.site, self.engine):
                text = catalogues.get(tag, {}).get(key)
                if text is not None:
                    return text
        return None

    def get(self, locale: str, key: str, /, **params: Json) -> str | None:
        """The text with `{name}` replaced by `params`; None when there is no such text."""
        text = self.find(locale, key)
        return None if text is None else fill(text, lambda name, _: _plain(params.get(name)))

    def has(self, key: str, locale: str | None = None) -> bool:
        """True when the text is there in this language itself; in any of the site's, when none is given."""
        tags = self.locales if locale is None else (locale,)
        return any(key in catalogues.get(tag, {}) for tag in tags for catalogues in (self.site, self.engine))

    def names(self, locale: str, prefix: str) -> tuple[str, ...]:
        """The names that stand directly under `prefix`, in the order of the first file that has any."""
        start = f"{prefix}."
        for tag in (locale, FALLBACK):
            for catalogues in (self.site, self.engine):
                found = [key[len(start) :].split(".")[0] for key in catalogues.get(tag, {}) if key.startswith(start)]
                if found:
                    return tuple(dict.fromkeys(found))
        return ()

    def missing(self) -> Mapping[str, tuple[str, ...]]:
        """Keys that one of the site's languages has and another lacks, by the language that lacks them."""
        known = {tag: {*self.site.get(tag, {}), *self.engine.get(tag, {})} for tag in self.locales}
        every = set[str]().union(*known.values())
        return {tag: tuple(sorted(every - keys)) for tag, keys in known.items() if every - keys}


def fill(text: str, value: Callable[[str, str | None], str | None], *, drop: bool = False) -> str:
    """Replace `{name}` and `{name.form}` by what `value(name, form)` says, once: values are never looked into.

    A line whose value is not known (None) is left out of a text of several lines, and with `drop` of any text.
    """
    lines = text.split("\n")
    kept = [_fill_line(line, value) for line in lines]
    return "\n".join(line for line, complete in kept if complete or (len(lines) == 1 and not drop))


def placeholders(text: str) -> frozenset[str]:
    """The names of the placeholders in a text."""
    return frozenset(match[1] for match in _PLACEHOLDER.finditer(text))


def _fill_line(line: str, value: Callable[[str, str | None], str | None]) -> tuple[str, bool]:
    complete = True

    def replace(match: re.Match[str]) -> str:
        nonlocal complete
        found = value(match[1], match[2])
        complete = complete and found is not None
        return found or ""

    return _PLACEHOLDER.sub(replace, line), complete


def _plain(value: Json) -> str | None:
    return None if value is None else str(value)


def _read(folder: Path, tag: str, root: Path, findings: list[Finding]) -> Catalogue:
    path = folder / f"{tag}.yaml"
    if not path.exists():
        return {}
    document, problems = read_yaml(path, root)
    findings += problems
    if document is None:
        return {}
    catalogue: dict[str, str] = {}
    findings += _flatten(document, document.data, (), catalogue)
    return catalogue


def _flatten(document: YamlDocument, data: Plain, path: tuple[str, ...], into: dict[str, str]) -> Iterable[Finding]:
    """Put every text of a tree under its dotted key."""
    match data:
        case dict():
            for key, value in data.items():
                yield from _flatten(document, value, (*path, key), into)
        case str() | int() if not isinstance(data, bool):
            yield from _put(document, path, str(data).rstrip("\n"), into)
        case _:
            message = "A text must be text; a list of points is written as a block (|) with one line each"
            yield document.finding(path, "T0001", message)


def _put(document: YamlDocument, path: tuple[str, ...], text: str, into: dict[str, str]) -> Iterable[Finding]:
    name = ".".join(path)
    if name in into:
        yield document.finding(path, "T0002", f"The text {name!r} is here twice", key=True)
    into[name] = text
