"""What the provider tests share."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from idp.providers.signing_keys import ensure_keys

START = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class FakeClock:
    """A clock that moves when told."""

    def __init__(self, at=START) -> None:
        self.at = at

    def now(self):
        return self.at

    def monotonic(self):
        return self.at.timestamp()

    def move(self, **amount: float):
        self.at += timedelta(**amount)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory):
    """A folder of keys, made once because RSA keys take their time."""
    folder = tmp_path_factory.mktemp("made") / "keys"
    ensure_keys(folder, START)
    return folder


@pytest.fixture
def key_folder(made_keys, tmp_path):
    return shutil.copytree(made_keys, tmp_path / "keys")
