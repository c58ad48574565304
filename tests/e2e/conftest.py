"""One running product for all journeys of a test process, and others for tests that kill theirs."""

from __future__ import annotations

import os

import pytest

from tests.browser import Browser
from tests.e2e.walks import Visitor, register
from tests.product import Product, copy_site, free_base

FIRST_PORT = 20000
PORTS_A_WORKER = 1000


@pytest.fixture(scope="session")
def first_port(worker_id):
    """Where this test process may look for ports, so that no two race for one (`worker_id` comes from xdist)."""
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    return FIRST_PORT + PORTS_A_WORKER * number + os.getpid() % 30 * 10


@pytest.fixture(scope="session")
def product(tmp_path_factory, first_port):
    """The sample site, running, with the seeded people; shared, so tests use addresses of their own."""
    running = Product(copy_site(tmp_path_factory.mktemp("site") / "sample"), free_base(first_port)).start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def own_product(tmp_path, first_port):
    """A product of one's own, not yet started: for tests that kill, count or starve it."""
    own = Product(copy_site(tmp_path / "site"), free_base(first_port + 300))
    yield own
    own.stop()


@pytest.fixture
def outbox(product):
    return product.outbox


@pytest.fixture
def browser():
    """A fresh browser without JavaScript; `Browser()` makes another device."""
    return Browser()


@pytest.fixture(scope="session")
def members(product):
    """Members who have never signed in anywhere, one after the other."""
    return iter(register(product, 80, prefix="member"))


@pytest.fixture
def member(members):
    return next(members)


@pytest.fixture
def visitor(product):
    """Somebody with a fresh browser without JavaScript."""
    return Visitor(product)
