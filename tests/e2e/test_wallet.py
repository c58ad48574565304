"""J6: the wallet of another company: an identifier and a code, consent, and never a password."""

from __future__ import annotations

import json

import pytest

from tests.e2e.walks import Visitor, methods_of


@pytest.fixture
def owner(product, member):
    """Somebody who has signed in at the app, so that the number is known."""
    visitor = Visitor(product)
    visitor.sign_in_first("app", member)
    return visitor, member


def log_in(visitor, identifier, to):
    """「ログイン」 with a code; every page on the way is one without a password."""
    visitor.go("wallet", "ログイン")
    return type_identifier(visitor, identifier, to)


def type_identifier(visitor, identifier, to):
    assert visitor.page.name == "identifier", visitor.page.text
    assert_no_password(visitor.page)
    visitor.press("send_code", identifier=identifier)
    assert visitor.page.name == "verify_identifier", visitor.page.problems
    assert_no_password(visitor.page)
    page = visitor.type_code(to)
    assert_no_password(page)
    return page


def assert_no_password(page):
    assert page.root.all("input", type="password") == []
    assert "password" not in [node.attributes.get("name") for node in page.root.all("input")]


def test_a_known_number_signs_in_with_one_factor_and_consent_is_asked_once(owner):
    _, member = owner
    visitor = Visitor(owner[0].product)
    page = log_in(visitor, "0" + member.phone.removeprefix("+81"), member.phone)
    assert page.name == "consent"
    assert {"allow", "deny"} <= set(page.buttons())
    page = visitor.press("allow")
    assert visitor.stands_at("wallet"), page.text
    assert (visitor.claims()["email"], visitor.claims()["acr"]) == (member.email, "pwd")
    assert "mfa" not in methods_of(page)
    again = Visitor(visitor.product)
    log_in(again, member.phone, member.phone)
    assert again.stands_at("wallet"), "the consent is remembered"


def test_a_known_address_signs_in_as_well(owner):
    first, member = owner
    visitor = Visitor(first.product)
    assert log_in(visitor, member.email, member.email).name == "consent"
    visitor.press("allow")
    assert visitor.claims()["sub"]


def test_consent_refused_answers_the_wallet_and_is_asked_again(owner):
    first, member = owner
    visitor = Visitor(first.product)
    log_in(visitor, member.email, member.email)
    page = visitor.press("deny")
    assert page.errors == ["access_denied"]
    assert not visitor.is_signed_in("wallet")
    again = Visitor(first.product)
    assert log_in(again, member.email, member.email).name == "consent"


def test_yes_in_the_app_leads_to_the_wallet_where_a_new_number_becomes_a_log_in(owner):
    visitor, member = owner
    visitor.browser.follow("はい")
    number = f"{member.phone[:-4]}4321"
    page = type_identifier(visitor, number, number)
    assert page.name == "consent"
    visitor.press("allow")
    assert visitor.stands_at("wallet")
    sub = visitor.claims()["sub"]
    by_number = Visitor(visitor.product)
    log_in(by_number, number, number)
    assert by_number.stands_at("wallet"), by_number.page.text
    assert by_number.claims()["sub"] == sub
    assert "phone" not in json.loads(by_number.claims()["amr"])


def test_the_number_proven_a_moment_ago_needs_no_second_code(owner):
    visitor, member = owner
    visitor.browser.follow("はい")
    before = len(visitor.product.outbox.messages(member.phone))
    page = visitor.press("send_code", identifier=member.phone)
    assert page.name == "consent"
    assert len(visitor.product.outbox.messages(member.phone)) == before


def test_someone_elses_number_is_never_moved(owner, members):
    visitor, _ = owner
    other = next(members)
    Visitor(visitor.product).sign_in_first("app", other)
    visitor.browser.follow("はい")
    page = type_identifier(visitor, other.phone, other.phone)
    assert page.name == "identifier_taken"
    assert other.email not in page.answer.text
    visitor.press("back")
    assert visitor.page.name == "identifier"
    theirs = Visitor(visitor.product)
    log_in(theirs, other.phone, other.phone)
    theirs.press("allow")
    assert theirs.claims()["email"] == other.email


def test_whoever_proves_another_accounts_number_may_go_on_as_that_account(owner, members):
    visitor, _ = owner
    other = next(members)
    Visitor(visitor.product).sign_in_first("app", other)
    visitor.browser.follow("はい")
    type_identifier(visitor, other.phone, other.phone)
    visitor.press("continue")
    page = visitor.press("allow")
    assert visitor.stands_at("wallet"), page.text
    assert (visitor.claims()["email"], visitor.claims()["acr"]) == (other.email, "pwd")


@pytest.mark.parametrize("identifier", ["new@wallets.example.jp", "+818071610001"])
def test_an_unknown_identifier_gets_a_code_and_is_led_to_the_sign_in(visitor, identifier):
    page = log_in(visitor, identifier, identifier)
    assert page.name == "identifier_unknown"
    assert "link:sign_in" in page.buttons()
    assert visitor.press("link:sign_in").name == "sign_in"


def test_a_wallet_session_is_stepped_up_before_the_portal_gets_a_token(owner):
    _, member = owner
    visitor = Visitor(owner[0].product)
    log_in(visitor, member.email, member.email)
    visitor.press("allow")
    visitor.go("portal", "サインイン")
    assert visitor.page.name == "sign_in"
    visitor.press("continue", **member.password_form)
    if visitor.page.name == "verify_email":
        visitor.type_code(member.email)
    assert visitor.page.name == "verify_phone", visitor.page.text
    visitor.press("sms")
    visitor.type_code(member.phone)
    assert visitor.claims()["acr"] == "mfa"


def test_a_landline_cannot_be_a_wallet_log_in(visitor):
    visitor.go("wallet", "ログイン")
    page = visitor.press("send_code", identifier="03-1234-9999")
    assert (page.name, page.problem) == ("identifier", "identifier.no_sms")


def test_cancel_answers_the_wallet(visitor):
    visitor.go("wallet", "ログイン")
    assert visitor.press("cancel").errors == ["access_denied"]
