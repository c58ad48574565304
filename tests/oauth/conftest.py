from __future__ import annotations

import pytest

from tests.oauth.engine import Engine, build_engine


@pytest.fixture
def engine() -> Engine:
    return build_engine()
