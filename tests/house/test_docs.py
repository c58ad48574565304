"""The documents say what the code does, and lead where they say."""

from __future__ import annotations

import re

import pytest

from idp.config.attributes_file import AttributeModel
from idp.config.clients_schema import ClientModel
from idp.config.environment import FOR_TESTS, KNOWN
from idp.config.site_schema import SiteModel
from tests.house.source import ROOT, functions, name_of, python_files, text_of, tracked_files

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTING = re.compile(r"SEKISHO_[A-Z0-9_]*[A-Z0-9]")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
HEADINGS = ("Summary", "Context", "Motivation", "Proposal", "Alternatives")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(path):
    return {anchor(line.lstrip("#")) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")}


def test_each_setting_is_documented_and_each_documented_one_exists():
    documented = set(SETTING.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert {name for name in documented if not name.startswith(FOR_TESTS.rstrip("_"))} == set(KNOWN)


def test_each_setting_that_a_document_names_exists():
    named = {name for path in DOCUMENTS for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    assert {name for name in named if not name.startswith(FOR_TESTS.rstrip("_"))} <= set(KNOWN)


def test_the_flow_in_the_readme_is_the_real_one_shortened():
    [shown] = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    real = (ROOT / "flows" / "sign_in.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in shown.splitlines() if line not in real] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document):
    lost = []
    for match in LINK.finditer(document.read_text(encoding="utf-8")):
        target = match[1] or match[2]
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, heading = target.partition("#")
        file = (document.parent / place).resolve() if place else document
        if not file.exists() or (heading and heading not in anchors(file)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path.name != "CHANGELOG.md"], ids=name_of)
def test_files_that_a_document_names_exist(document):
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"`((?:idp|flows|tests|tools|docs|templates|locales|\.ci)/[\w./-]*\w)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_functions_that_the_walkthrough_names_exist():
    text = (ROOT / "docs" / "walkthrough.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|[\w ,:]\b|\.)([a-z_]{4,})\(", text)) - {"login"}
    defined = {function.name for path in python_files("idp") for function in functions(path)}
    assert sorted(named - defined) == []


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_a_decision_says_what_why_and_what_else_was_thought_of(decision):
    text = decision.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", decision.name)
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == list(HEADINGS)


def test_decisions_are_numbered_one_by_one():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_changes_are_written_down():
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_the_two_commands():
    opening = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:25])
    assert "make run" in opening
    assert "make test" in opening


UNWANTED = [
    *("/" + place for place in ("work/main", "work/shared", "root/", "opt/wheels", "tmp/brief", "tmp/probe")),
    *(
        "".join(word)
        for word in (("clau", "de"), ("anthro", "pic"), ("chat", "gpt"), ("co", "pilot"), (".libr", "ary/"))
    ),
]


def test_nothing_names_the_machine_or_the_tools_it_was_written_with():
    texts = {path: (text_of(path) or "").lower() for path in tracked_files()}
    assert [f"{name_of(path)}: {word}" for path, text in texts.items() for word in UNWANTED if word in text] == []


@pytest.mark.parametrize("model", [SiteModel, ClientModel, AttributeModel], ids=lambda model: model.__name__)
def test_each_word_of_the_sites_files_is_documented(model):
    documented = set(re.findall(r"`([a-z][a-z0-9_.]*)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert sorted(set(model.model_fields) - {name.split(".")[0] for name in documented}) == []
