"""J3: the sign-in at portal and app, with the phone as second factor."""

from __future__ import annotations

import pytest

from tests.browser import Browser
from tests.e2e.walks import Visitor, methods_of

MEMBERS_ONLY = "大学生協アプリ(公式)は大学生協加入手続き完了後にご利用いただけます"


def sent_to(product, address):
    return [message["channel"] for message in product.outbox.messages(address)]


def test_the_first_time_at_the_portal_takes_a_mail_code_and_exactly_one_sms(visitor, member):
    page = visitor.sign_in_first("portal", member)
    assert visitor.stands_at("portal"), page.text
    assert visitor.claims()["email"] == member.email
    assert visitor.claims()["acr"] == "mfa"
    assert {"pwd", "otp", "sms", "mfa"} <= methods_of(page)
    assert sent_to(visitor.product, member.phone) == ["sms"]
    assert sent_to(visitor.product, member.email) == ["mail"]


def test_the_second_time_takes_the_phone_alone_and_it_may_be_called(product, member):
    Visitor(product).sign_in_first("portal", member)
    later = Visitor(product)
    page = later.sign_in_again("portal", member, "call")
    assert later.stands_at("portal"), page.text
    assert {"pwd", "otp", "tel", "mfa"} <= methods_of(page)
    assert sent_to(product, member.phone) == ["voice", "sms"]
    assert sent_to(product, member.email) == ["mail"]


def test_the_known_number_is_shown_by_its_last_two_digits(product, member):
    Visitor(product).sign_in_first("app", member)
    visitor = Visitor(product)
    visitor.go("portal", "サインイン")
    visitor.press("continue", **member.password_form)
    if visitor.page.name == "verify_email":
        visitor.type_code(member.email)
    assert visitor.page.name == "verify_phone"
    assert member.phone[-4:] not in visitor.page.text
    assert member.phone[-2:] in visitor.page.text


def test_the_app_asks_for_no_mail_code(visitor, member):
    page = visitor.sign_in_first("app", member)
    assert visitor.stands_at("app"), page.text
    assert sent_to(visitor.product, member.email) == []
    assert {"はい", "いいえ"} <= {node.text for node in page.root.all("button")}


def test_a_portal_session_signs_in_at_the_app_without_a_page(visitor, member):
    visitor.sign_in_first("portal", member)
    visitor.go("app", "サインイン")
    assert visitor.stands_at("app")
    assert sent_to(visitor.product, member.phone) == ["sms"]


def test_a_member_gets_the_card_with_the_number_and_stays_signed_in_by_refresh(product):
    visitor = Visitor(product)
    visitor.go("app", "サインイン")
    visitor.press("continue", email="hanako@example.jp", password="Sakura-2026!")
    visitor.press("sms")
    visitor.type_code("+819012345678")
    visitor.browser.follow("いいえ")
    assert visitor.claims()["member_number"] == "1234-5678"
    visitor.browser.follow("最新の情報に更新")
    assert [
        node.attributes["data-refreshes"] for node in visitor.page.root.walk() if "data-refreshes" in node.attributes
    ] == ["1"]
    visitor.browser.follow("最新の情報に更新")
    assert visitor.claims()["member_number"] == "1234-5678"


def test_someone_the_registry_does_not_know_is_told_so_in_place_of_the_card(visitor, member):
    visitor.sign_in_first("app", member)
    page = visitor.browser.follow("いいえ")
    assert MEMBERS_ONLY in page.text
    assert "member_number" not in visitor.claims()


@pytest.mark.parametrize("wanted", ["", "?acr_values=pwd", "?acr_values=pwd+mfa", "?acr_values=unknown"])
@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_nothing_in_the_request_lowers_the_portals_phone(visitor, member, wanted):
    visitor.go("portal", path=f"/login{wanted}")
    visitor.press("continue", **member.password_form)
    visitor.type_code(member.email)
    assert visitor.page.name == "enroll_phone"
    visitor.enroll_phone(member.phone)
    assert visitor.claims()["acr"] == "mfa"


def test_a_refused_sign_in_says_so_and_shows_the_way_to_a_password_for_everyone(product, member):
    pages = []
    for email in (member.email, "nobody@e2e.example.jp"):
        visitor = Visitor(product)
        visitor.go("portal", "サインイン")
        pages.append(visitor.press("continue", email=email, password="Wrong-2026!"))
    for page in pages:
        assert page.problem == "password.wrong"
        assert "パスワードの登録" in page.text
        assert page.values()["password"] == ""
    first, second = (page.text.replace(page.values()["email"], "") for page in pages)
    assert first == second


def test_a_landline_takes_no_sms_but_a_call(visitor, member):
    visitor.go("app", "サインイン")
    visitor.press("continue", **member.password_form)
    page = visitor.press("sms", phone="03-1234-5601")
    assert page.name == "enroll_phone"
    assert page.problem == "phone.no_sms"
    assert page.values()["phone"] == "03-1234-5601"
    visitor.press("call")
    page = visitor.type_code("+81312345601", "voice")
    assert visitor.stands_at("app")
    assert "tel" in methods_of(page)


@pytest.mark.parametrize("typed", ["０８０７７７１２３４５", "080-7771-2345", "+81 80 7771 2345"])
def test_a_number_may_be_written_as_people_write_it(visitor, member, typed):
    visitor.go("app", "サインイン")
    visitor.press("continue", **member.password_form)
    page = visitor.press("sms", phone=typed)
    assert page.name == "enroll_phone_code", page.problems


def test_a_code_may_be_typed_wide_and_with_spaces(visitor, member):
    visitor.go("app", "サインイン")
    visitor.press("continue", **member.password_form)
    visitor.press("sms", phone=member.phone)
    code = visitor.code(member.phone)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    visitor.press("verify_code", code=f"{wide[:3]} {wide[3:]}")
    assert visitor.stands_at("app")


@pytest.mark.parametrize("at", ["sign_in", "enroll_phone", "enroll_phone_code"])
@pytest.mark.parametrize("site", ["portal", "app"])
@pytest.mark.spec("RFC6749", "4.1.2.1")
def test_cancel_answers_the_client_from_every_page(visitor, member, site, at):
    visitor.go(site, "サインイン")
    if at != "sign_in":
        visitor.press("continue", **member.password_form)
        if visitor.page.name == "verify_email":
            visitor.type_code(member.email)
    if at == "enroll_phone_code":
        visitor.press("sms", phone=member.phone)
    assert visitor.page.name == at
    page = visitor.press("cancel")
    assert page.errors == ["access_denied"]
    assert page.url.startswith(visitor.product.url(site, "/callback?"))
    assert not visitor.is_signed_in(site)


def test_pages_come_in_english_for_those_who_read_it(product, member):
    visitor = Visitor(product, Browser(language="en"))
    visitor.go("portal", "Sign in", path="/?ui_locales=en")
    assert visitor.page.language == "en"
    page = visitor.press("continue", email=member.email, password="Wrong-2026!")
    assert page.language == "en"
    assert page.problem == "password.wrong"
