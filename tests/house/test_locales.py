"""Everything that a person reads exists in each language, with the same blanks to fill in."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from tests.house.source import ROOT, name_of

LANGUAGES = {"ja", "en"}
FOLDERS = [ROOT / "idp" / "locales", ROOT / "locales"]
BLANK = re.compile(r"\{(\w+)[^}]*\}")


def texts(path):
    """Every text of a locale file by its dotted key."""

    def walk(node, key):
        if isinstance(node, dict):
            for name, child in node.items():
                yield from walk(child, f"{key}.{name}" if key else str(name))
        elif isinstance(node, list):
            for number, child in enumerate(node):
                yield from walk(child, f"{key}[{number}]")
        else:
            yield key, str(node)

    return dict(walk(YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}, ""))


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_the_engine_and_the_sample_speak_both_languages(folder):
    assert {path.stem for path in folder.glob("*.yaml")} >= LANGUAGES


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_no_text_is_missing_in_one_language(folder):
    by_language = {path.stem: texts(path) for path in sorted(folder.glob("*.yaml"))}
    every_key = set().union(*by_language.values())
    missing = {language: sorted(every_key - set(known)) for language, known in by_language.items()}
    assert missing == {language: [] for language in by_language}


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_no_text_is_empty(folder):
    assert [
        f"{path.name}: {key}" for path in folder.glob("*.yaml") for key, text in texts(path).items() if not text
    ] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_translations_have_the_same_blanks(folder):
    japanese, english = texts(folder / "ja.yaml"), texts(folder / "en.yaml")
    different = [
        key
        for key in japanese.keys() & english.keys()
        if set(BLANK.findall(japanese[key])) != set(BLANK.findall(english[key]))
    ]
    assert different == []
