"""Who may import whom, and who may touch the world outside."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys

import grimp
import pytest

from tests.house.source import ROOT, dotted, name_of, python_files, tree_of

PRODUCT = python_files("idp")
PROVIDER = [path for path in PRODUCT if "/demo/" not in path.as_posix()]

MAY_IMPORT_LATE = {
    "idp/cli/__init__.py": "commands are imported when they are called, so that --help answers at once",
}
MAY_CATCH_ALL = {
    "idp/web/errors.py": "the one mapper from exceptions to answers",
    "idp/delivery/worker.py": "a job that breaks must not end the loop that does the others",
}
MAY_READ_THE_CLOCK = {"idp/providers/system.py": "the ports Clock and Secrets"}
MAY_READ_THE_ENVIRONMENT = {"idp/settings.py": "read once, passed down as values"}

CLOCK_AND_CHANCE = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "secrets.",
    "random.",
    "os.urandom",
    "uuid.uuid1",
    "uuid.uuid4",
)


def functions_that_import(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom))


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_imports_stand_at_the_top(path):
    late = [f"line {node.lineno}" for node in functions_that_import(tree_of(path))]
    assert late == [] or name_of(path) in MAY_IMPORT_LATE


def test_no_module_imports_itself_in_a_circle():
    graph = grimp.build_graph("idp", exclude_type_checking_imports=True, cache_dir=None)
    edges = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(edges).prepare()  # raises CycleError, which names the circle


def test_the_walls_between_the_rooms_stand():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"]
    walls = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert walls.returncode == 0, walls.stdout


def is_broad(handler):
    caught = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
    return handler.type is None or any(dotted(kind) in {"Exception", "BaseException"} for kind in caught)


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_nobody_catches_everything_but_the_one_mapper_and_the_worker(path):
    broad = [node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler) and is_broad(node)]
    assert len(broad) <= (1 if name_of(path) in MAY_CATCH_ALL else 0)


@pytest.mark.parametrize("path", PROVIDER, ids=name_of)
def test_time_and_chance_come_through_the_ports(path):
    calls = [dotted(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    wild = [call for call in calls if call.removeprefix("datetime.").startswith(CLOCK_AND_CHANCE)]
    wild = [call for call in calls if call in wild or call.startswith(CLOCK_AND_CHANCE)]
    wild = [call for call in wild if not is_a_port(call)]
    assert wild == [] or name_of(path) in MAY_READ_THE_CLOCK


def is_a_port(call):
    """`secrets.token()` on the port Secrets, not on the module: the module's functions have other names."""
    return call in {"secrets.token", "secrets.identifier", "secrets.digits", "secrets.reference"}


@pytest.mark.parametrize("path", PROVIDER, ids=name_of)
def test_only_the_settings_read_the_environment(path):
    reads = [node for node in ast.walk(tree_of(path)) if dotted(node) in {"os.environ", "os.getenv", "os.environb"}]
    assert reads == [] or name_of(path) in MAY_READ_THE_ENVIRONMENT


@pytest.mark.parametrize("listed", [*MAY_IMPORT_LATE, *MAY_CATCH_ALL, *MAY_READ_THE_CLOCK, *MAY_READ_THE_ENVIRONMENT])
def test_an_exception_to_a_rule_is_still_needed(listed):
    assert (ROOT / listed).is_file()
