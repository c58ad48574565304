"""Collecting what is wrong, and what is unsafe, in one YAML file.

A *finding* stops the site from being used; a *notice* names a word that is right but opens something, for `doctor`.
Words that open something for development only are notices in development mode and findings in production.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from idp.config.findings import Finding
from idp.config.source import YamlDocument
from idp.config.suggest import did_you_mean
from idp.config.tree import Path

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Generic[T]):
    """What a loader gives: the value (None when it cannot be used), every finding, every notice.

    `draft` is the value as far as it can be told in spite of findings, for checking other files against it.
    """

    value: T | None
    draft: T | None = None
    findings: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()


@dataclass(slots=True, kw_only=True)
class Review:
    """The running list of one file. `letter` begins its codes: S, C or A.

    `broken` are the places whose shape is wrong: what is said about them and around them later would only follow.
    """

    document: YamlDocument
    letter: str
    is_development: bool
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)

    def is_broken(self, path: Path) -> bool:
        """True when the place, something in it or something around it has the wrong shape."""
        return any(part[: len(path)] == path or path[: len(part)] == part for part in self.broken)

    def problem(self, path: Path, code: int, message: str, *, suggestion: str | None = None, key: bool = False) -> None:
        """Something is wrong at `path`, unless its very shape is."""
        if not self.is_broken(path):
            self.add(path, code, message, suggestion=suggestion, key=key)

    def add(self, path: Path, code: int, message: str, *, suggestion: str | None = None, key: bool = False) -> None:
        """The shape is wrong at `path`."""
        self.findings.append(self.document.finding(path, self._code(code), message, suggestion=suggestion, key=key))

    def development_only(self, path: Path, code: int, message: str, *, suggestion: str | None = None) -> None:
        """A word that production refuses."""
        if self.is_broken(path):
            return
        notes = self.notices if self.is_development else self.findings
        said = f"{message}; this is for development only"
        notes.append(self.document.finding(path, self._code(code), said, suggestion=suggestion))

    def weaker(self, path: Path, code: int, message: str) -> None:
        """A word that is allowed but weaker than the default."""
        self.notices.append(self.document.finding(path, self._code(code), message))

    def check_known(self, path: Path, code: int, name: str, known: Iterable[str], *, what: str) -> bool:
        """True when `name` is one of `known`; otherwise a finding with the nearest one."""
        names = sorted(known)
        if name in names:
            return True
        listed = ", ".join(names[:12]) or "none"
        suggestion = did_you_mean(name, names)
        self.problem(path, code, f"There is no {what} {name!r}; there is: {listed}", suggestion=suggestion)
        return False

    def check_once(self, path: Path, code: int, items: Iterable[str]) -> None:
        """A finding for each item of a list that stands there a second time."""
        seen: set[str] = set()
        for number, item in enumerate(items):
            if item in seen:
                self.problem((*path, number), code, f"{item!r} is in the list twice")
            seen.add(item)

    def check_languages(self, path: Path, code: int, texts: Mapping[str, str], locales: Iterable[str]) -> None:
        """A finding when a text misses one of the site's languages, or has one the site does not speak."""
        wanted = tuple(locales)
        if "" in texts or not wanted:
            return
        missing = [locale for locale in wanted if locale not in texts]
        if missing:
            said = f"The text is missing in {', '.join(missing)}"
            self.problem(path, code, said, suggestion=f"{missing[0]}: …", key=True)
        for locale in texts:
            if locale not in wanted:
                suggestion = did_you_mean(locale, wanted)
                said = f"The site does not speak {locale!r} (locales: {', '.join(wanted)})"
                self.problem((*path, locale), code, said, suggestion=suggestion, key=True)

    def _code(self, number: int) -> str:
        return f"{self.letter}{number:04d}"


def spread(texts: Mapping[str, str], locales: Iterable[str]) -> dict[str, str]:
    """Texts by language; one plain text (kept under the empty tag) serves every language."""
    return dict.fromkeys(locales, texts[""]) if "" in texts else dict(texts)
