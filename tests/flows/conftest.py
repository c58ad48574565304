from pathlib import Path

import pytest

from tests.flows.bench import Bench, build_bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return build_bench(tmp_path)
