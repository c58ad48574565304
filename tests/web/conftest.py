from __future__ import annotations

import pytest

from idp.providers.keyring import FileKeyring
from tests.fakes import FakeClock
from tests.web.world import World, build_world


@pytest.fixture(scope="session")
def keyring(tmp_path_factory):
    """Signing keys, made once."""
    return FileKeyring(tmp_path_factory.mktemp("keys"), FakeClock())


@pytest.fixture
def world(keyring) -> World:
    return build_world(keyring)


@pytest.fixture
def browser(world):
    return world.browser()
