"""The sample's people are there once, and stay as they are afterwards."""

from __future__ import annotations

import pytest

from idp.cli.demo_provider import prepare
from idp.cli.seeding import sow
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind
from idp.settings import from_env
from tests.product import copy_site


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = copy_site(tmp_path_factory.mktemp("seeds"))
    settings = from_env(folder, development=True, environ={})
    return prepare(settings), settings.site.seeds


def find(services, email):
    return services.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, email)


def test_hanako_has_a_password_and_a_phone_and_has_been_everywhere(prepared):
    services, _ = prepared
    hanako = find(services, "hanako@example.jp")
    assert services.hasher.verify(services.passwords.get(hanako.id), "Sakura-2026!")
    assert [phone.number for phone in hanako.phones] == ["+819012345678"]
    assert hanako.attributes["member_number"] == "1234-5678"
    assert all(services.subjects.has_signed_in(hanako.id, client) for client in ("portal", "app", "wallet"))


def test_taro_has_no_phone_and_has_never_signed_in(prepared):
    services, _ = prepared
    taro = find(services, "taro@example.jp")
    assert services.hasher.verify(services.passwords.get(taro.id), "Momiji-2026!")
    assert taro.phones == ()
    assert not any(services.subjects.has_signed_in(taro.id, client) for client in ("portal", "app", "wallet"))


def test_a_second_start_makes_nobody_anew_even_after_a_change_of_address(prepared):
    services, seeds = prepared
    taro, now = find(services, "taro@example.jp"), services.clock.now()
    assert services.subjects.set_email(taro.id, "taro@example.com", now, now)
    assert sow(services, seeds) == 0
    assert find(services, "taro@example.jp") is None
    assert services.subjects.set_email(taro.id, "taro@example.jp", now, now)
