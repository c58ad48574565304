"""Wrong and reused codes, double submits, old forms, two tabs, lost cookies: each says what happened and goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import pytest
import requests

from tests.browser import Browser
from tests.e2e.walks import NEW_PASSWORD, Visitor


@pytest.fixture
def at_code(visitor, member):
    """Somebody who is asked for the code of an SMS."""
    visitor.go("app", "サインイン")
    visitor.press("continue", **member.password_form)
    visitor.press("sms", phone=member.phone)
    return visitor, visitor.code(member.phone)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_wrong_code_says_so_and_the_right_one_still_works(at_code):
    visitor, code = at_code
    page = visitor.press("verify_code", code=wrong(code))
    assert page.problem == "code.wrong"
    assert page.values()["code"] == ""
    visitor.press("verify_code", code=code)
    assert visitor.stands_at("app")


def test_after_five_tries_no_code_works_and_a_new_one_is_offered(at_code):
    visitor, code = at_code
    problems = [visitor.press("verify_code", code=wrong(code)).problem for _ in range(5)]
    assert problems == [*["code.wrong"] * 4, "code.too_many"]
    page = visitor.press("verify_code", code=code) if "verify_code" in visitor.page.buttons() else visitor.page
    assert page.problem == "code.too_many"
    assert page.name == "enroll_phone_code"
    assert {"resend", "cancel"} <= set(page.buttons())


def test_a_code_sent_again_at_once_has_to_wait(at_code):
    visitor, code = at_code
    assert visitor.press("resend").problem == "code.wait"
    visitor.press("verify_code", code=code)
    assert visitor.stands_at("app")


def test_a_code_is_good_for_one_journey_and_once(at_code, members):
    visitor, code = at_code
    other = next(members)
    stranger = Visitor(visitor.product)
    stranger.go("app", "サインイン")
    stranger.press("continue", **other.password_form)
    stranger.press("sms", phone=other.phone)
    assert stranger.code(other.phone) != code
    assert stranger.press("verify_code", code=code).problem == "code.wrong"
    form = visitor.page
    visitor.press("verify_code", code=code)
    visitor.browser.page = form
    page = visitor.press("verify_code", code=code)
    assert (page.name, page.status) == ("finished", 200), "nothing is wrong, and the page leads on"
    assert page.root.all("a", id="action-home")


def test_a_double_submit_of_the_last_form_signs_in_once(at_code):
    visitor, code = at_code
    values = visitor.page.values() | {"action": "verify_code", "code": code}
    url, cookies = visitor.page.url, visitor.browser.http.cookies.copy()

    def press(_number):
        session = requests.Session()
        session.cookies.update(cookies)
        return session, session.post(url, data=values, timeout=20, allow_redirects=False)

    with ThreadPoolExecutor(2) as fingers:
        answers = list(fingers.map(press, range(2)))
    assert [answer.status_code for _, answer in answers] == [303, 303]
    # A browser drops the first answer unseen and follows the second only.
    session, answer = answers[-1]
    shown = session.get(urljoin(url, answer.headers["Location"]), timeout=20)
    assert shown.url == visitor.product.url("app")
    assert "はい" in shown.text


def test_a_double_submit_of_the_password_sends_one_mail(visitor, member):
    visitor.go("portal", "サインイン")
    values = visitor.page.values() | member.password_form | {"action": "continue"}
    url, cookies = visitor.page.url, visitor.browser.http.cookies.copy()
    with ThreadPoolExecutor(2) as fingers:
        answers = list(fingers.map(lambda _: requests.post(url, data=values, cookies=cookies, timeout=20), range(2)))
    assert {'data-page="verify_email"' in answer.text for answer in answers} == {True}
    assert visitor.code(member.email)
    assert len(visitor.product.outbox.messages(member.email)) == 1


def test_the_back_buttons_old_form_leads_to_where_the_person_is(at_code, member):
    visitor, _ = at_code
    visitor.go("app", "サインイン")
    old = visitor.page
    visitor.press("continue", **member.password_form)
    here = visitor.page.name
    visitor.browser.page = old
    page = visitor.press("continue", email="other@e2e.example.jp", password=NEW_PASSWORD)
    assert page.name == here
    assert page.status < 400
    assert page.problems == []
    assert page.root.all(role="status"), "the page says that it has moved on"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_tabs_with_two_clients_finish_in_any_order(visitor, member, order):
    tabs = [visitor, Visitor(visitor.product, Browser(cookies_of=visitor.browser))]
    sites = ["portal", "app"]
    for tab, site in zip(tabs, sites, strict=True):
        tab.go(site, "サインイン")
    assert tabs[0].page.url != tabs[1].page.url
    for number in order:
        tab, site = tabs[number], sites[number]
        tab.browser.open(tab.page.url)
        finish(tab, member)
        assert tab.stands_at(site), tab.page.text
        assert tab.claims()["email"] == member.email or site == "app"
    assert visitor.is_signed_in("portal")
    assert len(visitor.product.outbox.messages(member.phone)) <= 2


def finish(visitor, member):
    """From wherever a sign-in stands to its end."""
    for _ in range(6):
        match visitor.page.name:
            case "sign_in":
                visitor.press("continue", **member.password_form)
            case "verify_email":
                visitor.type_code(member.email)
            case "enroll_phone":
                visitor.enroll_phone(member.phone)
            case "verify_phone":
                visitor.press("sms")
                visitor.type_code(member.phone)
            case _:
                return


def test_a_journey_in_another_browser_gains_nothing(at_code):
    visitor, code = at_code
    thief = Visitor(visitor.product)
    page = thief.browser.open(visitor.page.url)
    assert (page.name, page.status) == ("lost_cookie", 403)
    anew = next(link for link in page.root.all("a") if "again" in link.attributes["href"])
    assert thief.browser.open(urljoin(page.url, anew.attributes["href"])).name == "sign_in", "begins anew at once"
    values = visitor.page.values() | {"action": "verify_code", "code": code}
    assert thief.browser.send("POST", visitor.page.url, values).name == "lost_cookie"
    visitor.press("verify_code", code=code)
    assert visitor.stands_at("app")


def test_a_form_of_another_site_is_not_taken(at_code):
    visitor, code = at_code
    values = visitor.page.values() | {"action": "verify_code", "code": code}
    for change, headers in (({"_csrf": "0" * 64}, {}), ({}, {"Origin": "http://evil.example"})):
        answer = visitor.browser.http.post(visitor.page.url, data=values | change, headers=headers, timeout=5)
        assert answer.status_code == 403
    assert not visitor.is_signed_in("app")
