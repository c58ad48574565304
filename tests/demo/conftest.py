"""One small provider for all tests of the sample clients, well-behaved again before each; and a browser per client."""

from __future__ import annotations

from dataclasses import fields

import pytest

from idp.demo.addresses import OFFSETS, Addresses
from idp.demo.guide import create_guide
from idp.demo.phone import create_app
from idp.demo.portal import create_portal
from idp.demo.registry import create_registry
from idp.demo.trial import create_trial
from idp.demo.wallet import create_wallet
from tests.demo.provider import FakeProvider, run_provider
from tests.demo.tab import BASE, Tab

MAKERS = {
    "portal": create_portal,
    "guide": create_guide,
    "app": create_app,
    "wallet": create_wallet,
    "registry": create_registry,
    "trial": create_trial,
}


@pytest.fixture(scope="session")
def running_provider():
    provider = FakeProvider()
    server = run_provider(provider)
    yield provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(running_provider):
    fresh = FakeProvider(url=running_provider.url, key=running_provider.key)
    for one in fields(fresh):
        setattr(running_provider, one.name, getattr(fresh, one.name))
    return running_provider


@pytest.fixture
def open_tab(provider):
    """Start a sample application and open it in a browser of its own."""

    def open_it(name, issuer=None, **settings: object):
        addresses = Addresses(issuer=issuer or provider.url, base=BASE, port=BASE + OFFSETS[name])
        return Tab(MAKERS[name](addresses, **settings), addresses.own)

    return open_it


@pytest.fixture
def portal(open_tab):
    return open_tab("portal")


@pytest.fixture
def wallet(open_tab):
    return open_tab("wallet")


@pytest.fixture
def app(open_tab):
    return open_tab("app")


@pytest.fixture
def guide(open_tab):
    return open_tab("guide")
