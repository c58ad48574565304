"""J1: signing up by a link in a mail."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.browser import Browser
from tests.e2e.walks import BORN, NEW_PASSWORD, REGISTRATION, Visitor, command

SIGN_UP = "univcoopマイポータルに新規登録"


@pytest.fixture
def applicant(visitor, request):
    """Somebody who asked for the link, and a fresh address."""
    email = f"{abs(hash(request.node.nodeid)):x}@applicants.example.jp"
    visitor.go("portal", SIGN_UP)
    visitor.press("continue", email=email, **BORN)
    assert visitor.page.name == "mail_sent", visitor.page.problems
    return visitor, email


def open_link(visitor, email):
    visitor.browser.open(visitor.link(email))
    assert visitor.page.name == "open_link", visitor.page.text
    return visitor


def fill_form(visitor):
    assert visitor.page.name == "registration", visitor.page.text
    visitor.press("continue", **REGISTRATION)
    assert visitor.page.name == "confirmation", visitor.page.problems
    return visitor.press("continue")


def joinings_of(product, email):
    every = requests.get(product.url("registry", "/joinings"), timeout=5).json()
    return [joining["received"] for joining in every if joining["received"]["email"] == email]


def test_the_whole_way_with_the_link_opened_in_another_browser(applicant):
    asking, email = applicant
    here = open_link(Visitor(asking.product), email)
    assert email not in here.page.text
    assert f"{email[0]}***@applicants.example.jp" in here.page.text
    here.press("continue")
    asking.browser.open(asking.page.url)
    assert asking.page.name == "elsewhere"
    assert asking.page.status < 400
    page = fill_form(here)
    assert page.name == "done"
    here.browser.open(page.url)
    assert here.page.name == "done"
    assert here.product.outbox.take(email, "mail")["subject"] == "【大学生協】univcoop マイポータル 登録完了のお知らせ"
    here.press("continue")
    assert here.page.name == "new_password"
    here.choose_password()
    assert here.stands_at("portal")
    assert here.claims() == {}
    here.go("portal", "サインイン")
    here.press("continue", email=email, password=NEW_PASSWORD)
    assert here.page.name == "verify_email", "no session came out of the sign-up, and the portal verifies anew"


def test_the_mail_says_what_was_typed_until_when_and_from_whom(applicant):
    visitor, email = applicant
    mail = visitor.product.outbox.take(email, "mail")
    assert mail["subject"] == "【大学生協】univcoop マイポータル 登録手続き開始URLのお知らせ"
    for text in (
        "※URLの有効期限は、発行後 1 時間です",
        "【メールアドレス登録で入力頂いた内容】",
        "手続きをする方のメールアドレス",
        "手続きをする方の生年月日",
        email,
        "※このメールに心当たりのない方は、恐れ入りますが破棄をしてください",
        "※このメールアドレスは送信専用です。返信はできません",
    ):
        assert text in mail["text"]
    assert mail["link"] in mail["text"]
    assert mail["subject"] in visitor.page.text


def test_a_person_on_file_finds_the_form_filled_in_and_may_correct_the_birth_date(visitor):
    visitor.go("portal", SIGN_UP)
    visitor.press("continue", email="shinnyu@example.jp", **BORN)
    open_link(visitor, "shinnyu@example.jp")
    assert "新入" not in visitor.page.text
    page = visitor.press("continue")
    filled = page.values()
    assert (filled["name"], filled["kana"], filled["branch"]) == ("新入 生", "シンニュウ セイ", "例示大学 北キャンパス")
    assert "email" not in filled or page.root.all("input", name="email")[0].attributes.get("readonly") is not None
    page = visitor.press("continue", birth_date__day="3", remarks="資料の送付をお願いします。\r\n午前中に。")
    assert page.name == "confirmation", page.problems
    assert "2007年4月3日" in page.text
    page = visitor.press("change:name")
    assert page.name == "registration"
    assert page.values()["remarks"].splitlines() == ["資料の送付をお願いします。", "午前中に。"]
    assert page.values()["birth_date-day"] == "3"
    visitor.press("continue", name="新入 生子")
    assert visitor.press("continue").name == "done"
    end = time.monotonic() + 10
    while not (taken := joinings_of(visitor.product, "shinnyu@example.jp")):
        assert time.monotonic() < end, "the joining system never got it"
        time.sleep(0.1)
    assert len(taken) == 1
    assert (taken[0]["birth_date"], taken[0]["name"]) == ("2007-04-03", "新入 生子")
    assert "午前中に。" in taken[0]["remarks"]


def test_another_birth_date_than_the_one_on_file_shows_nothing_of_the_person(product):
    visitor = Visitor(product)
    visitor.go("portal", SIGN_UP)
    visitor.press("continue", email="kyodai@example.jp", **BORN)
    open_link(visitor, "kyodai@example.jp")
    filled = visitor.press("continue").values()
    assert (filled["name"], filled["kana"], filled["phone"]) == ("", "", "")


def test_the_language_of_the_mail_goes_on_in_the_browser_that_opens_its_link(visitor):
    email = "english@applicants.example.jp"
    visitor.browser.open(f"{visitor.product.url('provider')}start/sign_up?client_id=portal&ui_locales=en")
    visitor.press("continue", email=email, **BORN)
    here = open_link(Visitor(visitor.product, Browser(language="ja")), email)
    assert here.page.language == "en"
    assert here.press("continue").language == "en"


def test_a_language_chosen_on_a_page_is_the_language_of_the_mail(visitor):
    email = "switched@applicants.example.jp"
    visitor.go("portal", SIGN_UP)
    assert visitor.page.language == "ja"
    visitor.browser.open(f"{visitor.page.url}?ui_locales=en")
    visitor.press("continue", email=email, **BORN)
    assert visitor.page.language == "en"
    assert visitor.product.outbox.take(email, "mail")["subject"].isascii()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_scanner_that_opens_the_link_first_spends_nothing(applicant, method):
    visitor, email = applicant
    link = visitor.product.outbox.take(email, "mail")["link"]
    for _ in range(3):
        requests.request(method, link, timeout=5)
    visitor.browser.open(link)
    assert visitor.page.name == "open_link"
    assert visitor.press("continue").name == "registration"


def test_the_link_pressed_twice_leads_to_where_one_is_and_elsewhere_says_so(applicant):
    visitor, email = applicant
    open_link(visitor, email)
    link, button = visitor.page, visitor.page.root.all("button", name="action")[0]
    assert visitor.press("continue").name == "registration"
    visitor.browser.page = link
    again = visitor.browser.submit(button, {})
    assert (again.name, again.status, again.problems) == ("registration", 200, [])
    assert again.root.all(role="status"), "the page says that it has moved on"
    other = Browser()
    page = other.open(link.url)
    assert page.name == "link_used"
    assert page.root.all("a"), "a way on"


def test_without_javascript_a_double_press_makes_one_account(applicant):
    visitor, email = applicant
    open_link(visitor, email)
    visitor.press("continue")
    visitor.press("continue", **REGISTRATION)
    page = visitor.page
    values = page.values() | {"action": "continue"}
    cookies = visitor.browser.http.cookies.copy()

    def press(_number):
        return requests.post(page.url, data=values, cookies=cookies, timeout=10)

    with ThreadPoolExecutor(4) as fingers:
        answers = list(fingers.map(press, range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert {'data-page="done"' in answer.text for answer in answers} == {True}
    listed = command(visitor.product, "user", "list", "--json")
    assert listed.count(email) == 1
    time.sleep(1)
    assert [m["subject"] for m in visitor.product.outbox.messages(email)].count(
        "【大学生協】univcoop マイポータル 登録完了のお知らせ"
    ) == 1
    assert len(joinings_of(visitor.product, email)) == 1


def test_an_address_with_an_account_reads_the_same_but_gets_another_mail(visitor, applicant, member):
    asked, email = applicant
    other = Visitor(visitor.product)
    other.go("portal", SIGN_UP)
    other.press("continue", email=member.email, **BORN)
    assert other.page.name == "mail_sent"
    assert other.page.text.replace(member.email, "") == asked.page.text.replace(email, "")
    mail = visitor.product.outbox.take(member.email, "mail")
    assert mail["code"] is None
    assert "/link/" not in mail["text"]


def test_a_mistyped_address_can_be_corrected_and_its_link_ends(applicant):
    visitor, email = applicant
    old = visitor.product.outbox.link(email)
    page = visitor.press("back")
    assert page.name == "email_address"
    assert page.values()["email"] == email
    visitor.press("continue", email=f"better-{email}")
    assert visitor.page.name == "mail_sent"
    open_link(visitor, f"better-{email}")
    assert Browser().open(old).status == 410


def test_an_empty_or_wrong_form_keeps_what_was_typed(visitor):
    visitor.go("portal", SIGN_UP)
    page = visitor.press("continue", email="", birth_date__year="2007")
    assert page.name == "email_address"
    assert page.problems
    assert page.values()["birth_date-year"] == "2007"
    page = visitor.press(
        "continue", email="ｓｈｉｎ＠ｅｘａｍｐｌｅ．ｊｐ", birth_date__month="2", birth_date__day="31"
    )
    assert page.problem is not None
    assert page.name == "email_address"


def test_with_the_registry_down_the_sign_up_goes_on(visitor, applicant):
    asked, email = applicant
    down = visitor.product.url("registry", "/_down")
    requests.post(down, json={"down": True}, timeout=5)
    try:
        open_link(asked, email)
        page = asked.press("continue")
        assert (page.name, page.problems) == ("registration", [])
        assert fill_form(asked).name == "done"
    finally:
        requests.post(down, json={"down": False}, timeout=5)


def test_cancel_leads_back_to_the_portal(visitor):
    visitor.go("portal", SIGN_UP)
    visitor.press("cancel")
    assert visitor.stands_at("portal")
