"""What comes too late: links, codes and journeys on a copy of the site whose lives are seconds."""

from __future__ import annotations

import time

import pytest

from tests.e2e.walks import BORN, Member, Visitor
from tests.product import Product, copy_site, free_base

TARO = Member("taro@example.jp", "+818023456789", "Momiji-2026!")
SHORTER = {
    "mail: {digits: 6, life: 10m, tries: 5, cooldown: [30s, 60s, 120s]}": "mail: {digits: 6, life: 2s, tries: 5, cooldown: [1s]}",
    "sms: {digits: 6, life: 5m, tries: 5, cooldown: [30s, 60s, 120s]}": "sms: {digits: 6, life: 2s, tries: 5, cooldown: [1s]}",
    "journey: 60m": "journey: 8s",
}


@pytest.fixture(scope="module")
def quick(tmp_path_factory, first_port):
    """The sample site in a hurry."""
    folder = copy_site(tmp_path_factory.mktemp("quick") / "site")
    shorten(folder / "site.yaml", SHORTER)
    shorten(folder / "flows" / "sign_up.yaml", {"expires: 60m": "expires: 4s"})
    running = Product(folder, free_base(first_port + 300)).start()
    yield running
    assert running.stop() == 0


def shorten(file, changes):
    text = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def visitor(quick):
    return Visitor(quick)


def test_a_link_sent_again_ends_the_older_and_one_opened_too_late_leads_to_a_new_start(visitor, quick):
    email = "late@applicants.example.jp"
    visitor.go("portal", "univcoopマイポータルに新規登録")
    visitor.press("continue", email=email, **BORN)
    first = quick.outbox.link(email)
    time.sleep(1.1)
    assert visitor.press("resend").name == "mail_sent"
    second = quick.outbox.link(email)
    reader = Visitor(quick)
    assert reader.browser.open(first).name == "link_replaced"
    assert reader.browser.open(second).name == "open_link"
    time.sleep(4.1)
    assert reader.press("continue").name == "link_expired"
    page = reader.browser.open(second)
    assert (page.name, page.status) == ("link_expired", 410)
    [restart] = page.root.all("a", id="action-restart")
    assert reader.browser.follow(restart.text).name == "email_address"


def test_a_mail_code_typed_too_late_says_so_and_a_new_one_works(visitor):
    visitor.go("guide", "パスワードの設定をする")
    visitor.press("send_code", email=TARO.email)
    code = visitor.code(TARO.email)
    time.sleep(2.1)
    page = visitor.press("verify_code", code=code)
    assert page.problem == "code.expired"
    visitor.press("resend")
    assert visitor.type_code(TARO.email).name == "email_verified"


def test_an_sms_code_typed_too_late_says_so_and_a_new_one_works(visitor):
    visitor.go("app", "サインイン")
    visitor.press("continue", **TARO.password_form)
    visitor.press("sms", phone=TARO.phone)
    code = visitor.code(TARO.phone)
    time.sleep(2.1)
    assert visitor.press("verify_code", code=code).problem == "code.expired"
    visitor.press("resend")
    visitor.type_code(TARO.phone)
    assert visitor.stands_at("app")


@pytest.mark.parametrize("site", ["guide", "portal"])
def test_a_journey_left_alone_too_long_says_so_and_leads_on(visitor, site):
    visitor.go(site, "パスワードの設定をする" if site == "guide" else "サインイン")
    form = visitor.page
    time.sleep(8.1)
    page = visitor.press(form.buttons()[0], email=TARO.email)
    assert (page.name, page.status) == ("expired", 410)
    [restart] = page.root.all("a", id="action-restart")
    assert visitor.browser.follow(restart.text).name == form.name
