"""What `docs/add-a-step.md` shows is true: its code is taken from the page and run."""

from __future__ import annotations

import re
import shutil
import sys
import types

import pytest

from idp.flows.step import Registry
from idp.steps import STEP_TYPES
from tests.flows.bench import build_bench
from tests.house.source import ROOT

SITE = ("site.yaml", "clients.yaml", "attributes.yaml", "flows", "locales")


def blocks(language):
    text = (ROOT / "docs" / "add-a-step.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def run(code, name):
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(code, name, "exec"), vars(module))
    return module


@pytest.fixture
def bench(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    for name in SITE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, site / name)
    step, _line, _test = blocks("python")
    attribute, _texts, flow = blocks("yaml")
    with (site / "attributes.yaml").open("a", encoding="utf-8") as file:
        file.write(attribute)
    (site / "flows" / "sign_in_with_terms.yaml").write_text(flow, encoding="utf-8")
    registry = Registry((*STEP_TYPES, run(step, "agree").AgreeStep()))
    yield build_bench(tmp_path, site=site, registry=registry)
    del sys.modules["agree"]


def test_the_step_of_the_page_does_what_the_page_says(bench):
    *_, test = blocks("python")
    run(test, "of_the_page").test_agreement_is_asked_for_once(bench)


def test_the_line_for_the_registry_is_the_class_of_the_step():
    step, tuple_of_types, _test = blocks("python")
    name = tuple_of_types.splitlines()[-2].strip().removesuffix("(),")
    assert f"class {name}(" in step
