from __future__ import annotations

import pytest

from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy
from idp.stores.clients import SqlClientStore
from tests.samples import NOW, make_app, make_client
from tests.stores.units import rolled_back


class Site:
    """A `clients.yaml` that may change, and a clock that moves when told."""

    def __init__(self, *clients: Client) -> None:
        self.clients = list(clients)
        self.seconds = 100.0
        self.reads = 0

    def read(self):
        self.reads += 1
        return self.clients


@pytest.fixture
def site():
    return Site(make_client())


@pytest.fixture
def clients(database, site):
    return SqlClientStore(database, site.read, seconds=lambda: site.seconds)


def test_a_stored_client_comes_back_as_it_was(clients):
    full = make_app(
        id="other",
        jwks={"keys": [{"kty": "EC", "x": "1"}]},
        auth_methods=frozenset({ClientAuthMethod.PRIVATE_KEY_JWT}),
        return_uris=("http://localhost:9002/",),
        policy_uri="https://example.jp/privacy",
        audience="wallet",
        starts=frozenset({"sign_up", "set_password"}),
        min_acr="mfa",
        consent=ConsentPolicy.ALWAYS,
        operators={"ja": "大学生協"},
        id_token_claims=True,
        require_pkce=False,
        access_token_seconds=60,
    )
    assert clients.add(full, NOW)
    assert clients.get("other") == full


def test_site_and_table_are_one_list_in_order_of_id(clients):
    assert clients.add(make_app(), NOW)
    assert [client.id for client in clients.all()] == ["app", "portal"]
    assert clients.get("unknown") is None
    assert clients.get("\x00") is None


def test_an_id_is_taken_by_the_site_or_by_the_table(clients):
    assert not clients.add(make_client(names={"en": "Impostor"}), NOW)
    assert clients.add(make_app(), NOW)
    assert not clients.add(make_app(names={"en": "Impostor"}), NOW)
    assert clients.get("portal") == make_client()
    assert clients.get("app") == make_app()


def test_the_file_wins_over_the_table(clients, site):
    clients.add(make_app(), NOW)
    site.clients.append(make_app(names={"en": "From the file"}))
    site.seconds += 5
    assert clients.get("app").names == {"en": "From the file"}


def test_answers_come_from_memory(clients, site, statements):
    for _ in range(50):
        clients.get("portal")
    assert (len(statements.sent), site.reads) == (1, 1)


def test_and_are_at_most_five_seconds_old(clients, site, database):
    assert clients.get("app") is None
    elsewhere = SqlClientStore(database, list)
    elsewhere.add(make_app(), NOW)
    site.seconds += 4.9
    assert clients.get("app") is None
    site.seconds += 0.1
    assert clients.get("app") == make_app()


def test_a_client_that_left_the_file_is_gone(clients, site):
    assert clients.get("portal") is not None
    site.clients.clear()
    site.seconds += 5
    assert clients.get("portal") is None


def test_ones_own_addition_is_seen_at_once(clients):
    clients.get("app")
    clients.add(make_app(), NOW)
    assert clients.get("app") is not None


def test_an_addition_that_was_rolled_back_was_never_there(clients, stores):
    with rolled_back(stores):
        clients.add(make_app(), NOW)
        assert clients.get("app") is not None
    assert clients.get("app") is None
