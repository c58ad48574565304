"""J2: setting the password, from every place that leads there and for every kind of address."""

from __future__ import annotations

import pytest
import requests

from tests.e2e.walks import NEW_PASSWORD, Member, Visitor, command

DOORS = ["guide", "portal", "sign_in", "app"]
PHONES = {
    "guide": "+818071110101",
    "portal": "+818071120101",
    "sign_in": "+818071130101",
    "app": "+818071140101",
}
BORN_2006 = {"birth_date__year": "2006", "birth_date__month": "5", "birth_date__day": "5"}


def open_door(visitor, door):
    """To J2.1 as people get there."""
    match door:
        case "guide":
            visitor.go("guide", "パスワードの設定をする")
        case "portal":
            visitor.go("portal", "パスワードの登録")
        case "sign_in":
            visitor.go("portal", "サインイン")
            visitor.press("link:forgot")
        case "app":
            visitor.go("app", "サインイン")
            visitor.press("link:forgot")
    assert visitor.page.name == "user_details", visitor.page.text


def assert_came_back(visitor, door, email, phone):
    """To the site one came from: the guide ticks its step, the sign-in goes on with the phone."""
    match door:
        case "guide":
            assert visitor.stands_at("guide", "/?done=password"), visitor.page.text
            [step] = visitor.page.root.all("li", data_step="password")
            assert step.attributes["data-done"] == "true"
        case "portal":
            assert visitor.stands_at("portal"), visitor.page.text
            assert visitor.claims() == {}
        case "sign_in":
            assert visitor.page.name == "enroll_phone", "no second mail code: this journey proved the address"
            visitor.enroll_phone(phone)
            assert visitor.stands_at("portal"), visitor.page.text
            assert visitor.claims()["email"] == email
        case "app":
            visitor.enroll_phone(phone)
            assert visitor.stands_at("app"), visitor.page.text
            assert visitor.claims()["email"] == email


@pytest.mark.parametrize("door", DOORS)
def test_an_account_gets_a_code_a_new_password_and_a_notice(visitor, member, door):
    open_door(visitor, door)
    page = visitor.press("send_code", email=member.email)
    assert page.name == "verify_email"
    assert member.email in page.text
    page = visitor.type_code(member.email)
    assert page.name == "email_verified"
    assert "メールアドレスが確認できました。次に進んでください。" in page.text
    assert visitor.press("continue").name == "new_password"
    visitor.choose_password()
    assert_came_back(visitor, door, member.email, member.phone)
    notice = visitor.product.outbox.take(member.email, "mail")
    assert notice["code"] is None
    later = Visitor(visitor.product)
    later.go("app", "サインイン")
    assert later.press("continue", **member.password_form).problem == "password.wrong"
    assert later.press("continue", email=member.email, password=NEW_PASSWORD).problems == []


@pytest.mark.parametrize(("door", "phone"), list(PHONES.items()))
def test_a_member_without_an_account_gets_one_and_signs_in(visitor, door, phone):
    open_door(visitor, door)
    visitor.prove_address("kumiai@example.jp")
    visitor.press("continue")
    assert visitor.page.name == "new_password", visitor.page.text
    visitor.choose_password()
    assert_came_back(visitor, door, "kumiai@example.jp", phone)
    if door not in {"sign_in", "app"}:
        kumiai = Member("kumiai@example.jp", phone, NEW_PASSWORD)
        visitor.sign_in_first("portal", kumiai)
        assert visitor.stands_at("portal"), visitor.page.text
    assert visitor.claims()["member_number"] != ""
    assert visitor.claims()["email_verified"] == "true"
    away = (f"{door}@gone.example.jp",)
    command(visitor.product, "user", "change-email", "kumiai@example.jp", *away, "--reason", "the next test needs it")


@pytest.mark.parametrize("door", DOORS)
def test_an_unknown_address_sees_the_same_pages_and_gets_no_code(visitor, member, door):
    open_door(visitor, door)
    email = f"{door}@unknown.example.jp"
    page = visitor.press("send_code", email=email)
    known = Visitor(visitor.product)
    open_door(known, door)
    known.press("send_code", email=member.email)
    assert page.name == known.page.name == "verify_email"
    assert page.text.replace(email, "") == known.page.text.replace(member.email, "")
    mail = visitor.product.outbox.take(email, "mail")
    assert mail["code"] is None
    assert visitor.press("verify_code", code="123456").problem == "code.wrong"


def test_two_people_at_one_address_are_told_apart_by_their_birth_date_after_the_code(visitor):
    open_door(visitor, "guide")
    page = visitor.press("send_code", email="kyodai@example.jp")
    assert "birth_date-year" not in page.values()
    visitor.type_code("kyodai@example.jp")
    visitor.press("continue")
    assert visitor.page.name == "which_person"
    page = visitor.press("continue", **BORN_2006 | {"birth_date__day": "6"})
    assert (page.name, page.problem) == ("which_person", "person.no_match")
    visitor.press("continue", **BORN_2006)
    assert visitor.page.name == "new_password", visitor.page.text
    visitor.choose_password()
    assert_came_back(visitor, "guide", "kyodai@example.jp", None)
    kyodai = Member("kyodai@example.jp", "+818071140101", NEW_PASSWORD)
    visitor.sign_in_first("app", kyodai)
    visitor.browser.follow("いいえ")
    assert "member_number" in visitor.claims()
    reason = ("--reason", "other tests need the address")
    command(visitor.product, "user", "change-email", kyodai.email, "kyodai@gone.example.jp", *reason)


def test_the_way_on_is_there_but_not_usable_before_a_code_was_asked_for(visitor):
    open_door(visitor, "guide")
    [ahead] = [
        node for node in visitor.page.root.all("button", name="action") if node.attributes["value"] == "continue"
    ]
    assert ahead.text == "続行"
    assert "disabled" in ahead.attributes
    values = visitor.page.values() | {"action": "continue", "email": "a@b.example.jp"}
    page = visitor.browser.send("POST", visitor.page.url, values)
    assert page.name == "user_details"
    assert page.problems


@pytest.mark.parametrize(
    ("password", "problem"),
    [("Ab1!xyz", True), ("alllowercase", True), ("Password-1", True), ("Sakura2026", True), ("Ｓａｋｕｒａ", True)],
)
def test_a_weak_password_is_refused_beside_its_field_and_not_kept(visitor, member, password, problem):
    open_door(visitor, "guide")
    visitor.prove_address(member.email)
    visitor.press("continue")
    page = visitor.choose_password(password)
    assert page.name == "new_password"
    assert bool(page.problems) is problem
    assert password not in page.answer.text
    assert visitor.press("continue", new_password=NEW_PASSWORD, new_password_confirm="Other-2026!").problems
    visitor.choose_password()
    assert visitor.stands_at("guide", "/?done=password")


def test_a_new_password_ends_the_other_sessions(product, member):
    portal, app = Visitor(product), Visitor(product)
    portal.sign_in_first("portal", member)
    app.sign_in_again("app", member)
    app.browser.follow("いいえ")
    other = Visitor(product)
    open_door(other, "guide")
    other.prove_address(member.email)
    other.press("continue")
    other.choose_password()
    page = portal.go("app", "サインイン")
    assert page.name == "sign_in", "the session at the provider has ended"
    app.go("app")
    app.browser.follow("最新の情報に更新")
    assert app.claims() == {}, "the refresh token has ended"


def test_cancel_before_anything_leads_back_to_the_guide(visitor):
    open_door(visitor, "guide")
    visitor.press("cancel")
    assert visitor.stands_at("guide")
    [step] = visitor.page.root.all("li", data_step="password")
    assert step.attributes["data-done"] == "false"


@pytest.mark.parametrize("return_to", ["http://evil.example/", "http://localhost:1/", "//evil.example/", ""])
def test_no_journey_returns_to_an_unregistered_address(visitor, return_to):
    url = visitor.product.url(path=f"/start/set_password?client_id=guide&return_to={return_to}")
    page = visitor.browser.open(url)
    assert page.name == "error" or return_to == ""
    assert page.status in {400, 200}


def test_with_the_registry_down_an_unknown_address_gets_a_mail_to_try_again(visitor):
    down = visitor.product.url("registry", "/_down")
    requests.post(down, json={"down": True}, timeout=5)
    try:
        open_door(visitor, "guide")
        assert visitor.press("send_code", email="away@unknown.example.jp").name == "verify_email"
        mail = visitor.product.outbox.take("away@unknown.example.jp", "mail", seconds=15)
        assert mail["code"] is None
    finally:
        requests.post(down, json={"down": False}, timeout=5)
