"""The whole product on a real PostgreSQL: the journeys that write most, and one code redeemed by many at once."""

from __future__ import annotations

import pytest

from tests.e2e.redeeming import redeem_by_many, second_portal
from tests.e2e.walks import BORN, NEW_PASSWORD, REGISTRATION, Member, Visitor
from tests.postgres import postgres_server
from tests.product import Product, copy_site, free_base

__all__ = ["postgres_server"]
HANAKO = Member("hanako@example.jp", "+819012345678", "Sakura-2026!")
TARO = Member("taro@example.jp", "+818012340001", "Momiji-2026!")


@pytest.fixture(scope="module")
def visitor(postgres_server, tmp_path_factory, first_port):
    """Somebody at a product of its own."""
    url = postgres_server.create_database()
    running = Product(copy_site(tmp_path_factory.mktemp("pg") / "site"), free_base(first_port + 600))
    yield Visitor(running.start(SEKISHO_DATABASE_URL=url))
    assert running.stop() == 0
    postgres_server.drop_database(url)


def test_people_sign_up_set_a_password_and_sign_in(visitor):
    email = "newcomer@applicants.example.jp"
    visitor.go("portal", "univcoopマイポータルに新規登録")
    visitor.press("continue", email=email, **BORN)
    here = Visitor(visitor.product)
    here.browser.open(visitor.link(email))
    here.press("continue")
    here.press("continue", **REGISTRATION)
    assert here.press("continue").name == "done"
    here.press("continue")
    here.choose_password()
    here.sign_in_first("portal", Member(email, "+818012340002", NEW_PASSWORD))
    assert here.claims()["email"] == email


def test_a_member_without_an_account_gets_one_from_the_registry(visitor):
    here = Visitor(visitor.product)
    here.go("guide", "パスワードの設定をする")
    here.prove_address("kumiai@example.jp")
    here.press("continue")
    here.choose_password()
    assert here.stands_at("guide", "/?done=password")
    here.sign_in_first("app", Member("kumiai@example.jp", "+818012340003", NEW_PASSWORD))
    assert here.claims()["member_number"]


def test_the_wallet_takes_a_number_and_remembers_consent(visitor):
    here = Visitor(visitor.product)
    here.go("wallet", "ログイン")
    here.press("send_code", identifier=HANAKO.phone)
    here.type_code(HANAKO.phone)
    here.press("allow")
    assert here.stands_at("wallet")
    again = Visitor(visitor.product)
    again.go("wallet", "ログイン")
    again.press("send_code", identifier=HANAKO.phone)
    again.type_code(HANAKO.phone)
    assert again.stands_at("wallet"), again.page.text


@pytest.mark.spec("RFC6749", "4.1.2")
def test_sixty_four_redemptions_at_once_are_one_success_and_its_tokens_end(visitor):
    here = Visitor(visitor.product)
    here.sign_in_first("portal", TARO)
    redeem_by_many(second_portal(visitor.product), here)
