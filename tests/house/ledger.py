"""The spec ledger: sections of specifications that the code cites, and the tests that are marked with them.

`python -m tests.house.ledger` (`make spec`) lists both ways: cited but not tested, tested but not cited.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable

from tests.house.source import ROOT, dotted, name_of, python_files, tree_of

Section = tuple[str, str]
"""A document in the ledger's spelling (`rfc6749`, `oidccore`) and a section (`4.1.3`)."""

DEBT = ROOT / "tests" / "house" / "spec_debt.txt"
"""Sections cited without a test of their own; the list may only get shorter."""

_CITATION = re.compile(
    r"(?P<document>RFC \d+|(?:OpenID Connect|OIDC) [A-Z][A-Za-z-]*(?: [A-Z][A-Za-z-]*)*)"
    r" (?P<sections>§[\d.]+(?:(?:,| and|, and| or|–|-) ?§?[\d.]+)*)"
)


def document_key(name: str) -> str:
    """`RFC 6749` and `RFC6749` are one document, as are `OpenID Connect Core` and `OIDC Core`."""
    return re.sub(r"[^a-z0-9]", "", name.lower()).replace("openidconnect", "oidc")


def cited(folders: Iterable[str] = ("idp",)) -> dict[Section, set[str]]:
    """Every section that comments and docstrings name, with the files that do."""
    sections: dict[Section, set[str]] = defaultdict(set)
    for path in python_files(*folders):
        text = re.sub(r"\s*\n\s*#?\s*", " ", path.read_text(encoding="utf-8"))
        for match in _CITATION.finditer(text):
            for number in re.findall(r"\d+(?:\.\d+)*", match["sections"]):
                sections[document_key(match["document"]), number].add(name_of(path))
    return dict(sections)


def marked() -> dict[Section, set[str]]:
    """Every section that a test is marked with, with the files of the tests."""
    sections: dict[Section, set[str]] = defaultdict(set)
    for path in python_files("tests"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and dotted(node.func).endswith("mark.spec"):
                document, section = (ast.literal_eval(argument) for argument in node.args)
                sections[document_key(document), section].add(name_of(path))
    return dict(sections)


def is_covered(section: Section, marks: Iterable[Section]) -> bool:
    """True when a test is marked with the section or with a part of it."""
    document, number = section
    return any(document == other and f"{mark}.".startswith(f"{number}.") for other, mark in marks)


def debt() -> set[Section]:
    """The sections on the list of those still without a test."""
    lines = [line.split("#")[0].split() for line in DEBT.read_text(encoding="utf-8").splitlines()]
    return {(line[0], line[1]) for line in lines if line}


def main() -> None:
    """Print the ledger."""
    in_code, in_tests = cited(), marked()
    for title, here, there in (
        ("cited in code, no test is marked with it", in_code, in_tests),
        ("a test is marked with it, no code cites it", in_tests, in_code),
    ):
        print(f"{title}:")
        for section in sorted(here):
            if not is_covered(section, there):
                print(f"  {section[0]} §{section[1]}  ({', '.join(sorted(here[section]))})")
    print(f"{len(in_code)} sections cited, {sum(is_covered(section, in_tests) for section in in_code)} of them tested")


if __name__ == "__main__":
    main()
