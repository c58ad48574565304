"""The pages in a real browser: nothing sticks out, nothing is blocked, and the script does its three things."""

from __future__ import annotations

import shutil
import threading

import pytest
from flask import Flask, Response
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from idp.web.assets import build_blueprint, load_assets
from tests.pages.drawing import EVERY, draw
from tests.pages.screens import SITE

pytestmark = pytest.mark.browser
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'"
NAMES = [name for name in EVERY if name != "form_post"]


@pytest.fixture(scope="module")
def address():
    app = Flask("pages")
    app.register_blueprint(build_blueprint(load_assets(SITE.brand)))

    @app.get("/<locale>/<name>")
    def page(locale, name):
        return Response(draw(name, locale), headers={"Content-Security-Policy": POLICY})

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, address):
    """Opens a page at a width; what the console said is in `said`."""
    opened = []

    def open_at(name, *, width=360, locale="ja", script=True):
        context = chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
        opened.append(context)
        tab = context.new_page()
        tab.said = []
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto(f"{address}/{locale}/{name}")
        return tab

    yield open_at
    for context in opened:
        context.close()


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_and_nothing_is_blocked(open_page, address, width, locale):
    tab = open_page(NAMES[0], width=width, locale=locale)
    wide = []
    for name in NAMES:
        tab.goto(f"{address}/{locale}/{name}")
        if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
    assert wide == []
    assert tab.said == []


def test_a_password_can_be_shown_and_is_hidden_again_before_it_is_sent(open_page):
    tab = open_page("sign_in")
    tab.fill("#password", "Sakura-2026!")
    tab.click(".reveal")
    assert tab.get_attribute("#password", "type") == "text"
    assert tab.inner_text(".reveal") == "隠す"
    assert tab.get_attribute(".reveal", "aria-pressed") == "true"
    tab.click(".reveal")
    assert tab.get_attribute("#password", "type") == "password"


def test_without_a_script_there_is_no_dead_toggle(open_page):
    tab = open_page("sign_in", script=False)
    assert not tab.is_visible(".reveal")
    assert tab.is_visible("#password")


def test_the_rules_of_a_password_are_ticked_while_typing(open_page):
    tab = open_page("new_password")
    met = "Array.from(document.querySelectorAll('.rules .met')).map(e => e.dataset.rule)"
    assert tab.evaluate(met) == []
    for typed, rules in (
        ("a", ["lower", "not_email"]),
        ("Hinode20", ["length", "lower", "upper", "digit", "not_email"]),
        ("Hinode-20", ["length", "lower", "upper", "digit", "symbol", "not_email"]),
        ("Shinnyu@example.jp", ["length", "lower", "upper", "symbol"]),
    ):
        tab.fill("#new_password", typed)
        assert tab.evaluate(met) == rules
    assert "(満たしています)" in tab.inner_text(".rules")


def test_a_page_with_problems_begins_at_the_summary(open_page):
    tab = open_page("registration-wrong")
    tab.wait_for_function("document.activeElement !== document.body")
    assert tab.evaluate("document.activeElement.className") == "summary"
    tab.click(".summary a >> nth=1")
    assert tab.evaluate("location.hash") == "#branch"


def posted(tab):
    """What the page sends, which goes no further."""
    sent = []

    def keep(route):
        if route.request.method == "POST":
            sent.append(route.request.post_data)
        route.fulfill(status=204)

    tab.route("**/*", keep)
    return sent


def test_a_second_press_sends_nothing(open_page):
    tab = open_page("done")
    sent = posted(tab)
    press = "document.getElementById('action-continue').click();"
    tab.evaluate(press * 2)
    tab.wait_for_timeout(200)
    tab.evaluate(press)
    tab.wait_for_timeout(200)
    assert len(sent) == 1
    assert "action=continue" in sent[0]


def test_enter_in_a_field_presses_the_primary_button(open_page):
    tab = open_page("user_details")
    sent = posted(tab)
    tab.fill("#email", "kumiai@example.jp")
    tab.press("#email", "Enter")
    tab.wait_for_timeout(200)
    assert len(sent) == 1
    assert "action=send_code" in sent[0]
