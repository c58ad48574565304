"""A small site with a database, made once for each file of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import run
from tests.config.sites import make_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_site(tmp_path_factory.mktemp("site"))
    assert run("db", "upgrade", "--site", folder).exit_code == 0
    assert run("keys", "rotate", "--site", folder).exit_code == 0
    return folder
