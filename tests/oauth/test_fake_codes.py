"""The contract tests of the real stores about codes, on the fakes: a test that passes on a fake means something."""

from types import SimpleNamespace

import pytest

from tests.fake_grants import FakeGrants
from tests.fakes import Tables
from tests.stores.test_codes import *  # noqa: F403 - the tests themselves


@pytest.fixture
def stores():
    tables = Tables()
    return SimpleNamespace(grants=FakeGrants(tables), transactions=tables)
