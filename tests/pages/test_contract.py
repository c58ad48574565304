"""What scripts and black-box checks rely on, on every page and in every state (contract, «Pages»)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from idp.flows.screen import Problem
from idp.web.pages.context import Purpose
from tests.pages.drawing import EVERY, LOCALES, draw, main_form, read, renderer
from tests.pages.screens import REGISTRATION, context, registration
from tests.pages.states import PAGES

FORMS = [name for name, screen in PAGES.items() if screen.buttons]
PROVEN = {"new_password": "email", "account_details": "email"}


def buttons(form):
    return [b for b in form.all("button") if b.attributes.get("type", "submit") == "submit"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", PAGES)
def test_the_document_says_its_language_page_and_flow(name, locale):
    html = read(draw(name, locale)).all("html")[0].attributes
    assert (html["lang"], html["data-page"], html["data-flow"]) == (locale, PAGES[name].page, PAGES[name].flow)


@pytest.mark.parametrize("name", FORMS)
def test_the_first_post_form_holds_the_tokens_and_all_the_buttons(name):
    form = main_form(read(draw(name)))
    assert "action" not in form.attributes, "it posts to the page's own address"
    hidden = {field.attributes["name"]: field.attributes["value"] for field in form.all("input", type="hidden")}
    assert hidden == {"_csrf": "csrf-token", "_step": "step-7"}
    assert {b.attributes["value"] for b in buttons(form)} == {b.action for b in PAGES[name].buttons}


@pytest.mark.parametrize("name", FORMS)
def test_enter_presses_the_way_forward(name):
    first = buttons(main_form(read(draw(name))))[0]
    assert first.attributes["value"] == PAGES[name].buttons[0].action
    if PAGES[name].buttons[0].style == "primary":
        assert "primary" in first.attributes["class"].split()


@pytest.mark.parametrize("name", FORMS)
def test_buttons_have_their_id_and_skip_checks_when_they_lead_back(name):
    page = read(draw(name))
    for button in [b for b in page.all("button") if b.attributes.get("name") == "action"]:
        value = button.attributes["value"]
        assert button.attributes["id"] == f"action-{value.replace(':', '-')}"
        if value in {"back", "cancel", "deny", "resend"} or value.startswith(("link:", "change:")):
            assert "formnovalidate" in button.attributes


@pytest.mark.parametrize("name", EVERY)
def test_no_id_is_given_twice(name):
    ids = Counter(node.attributes["id"] for node in read(draw(name)).walk() if "id" in node.attributes)
    assert [i for i, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("name", EVERY)
def test_what_is_referred_to_is_there(name):
    page = read(draw(name))
    ids = {node.attributes.get("id") for node in page.walk()}
    for node in page.walk():
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "form"):
            for target in node.attributes.get(attribute, "").split():
                assert target in ids, f"{attribute}={target}"
        if node.tag == "a" and node.attributes["href"].startswith("#"):
            assert node.attributes["href"][1:] in ids


@pytest.mark.parametrize("name", [n for n in PAGES if PAGES[n].fields])
def test_inputs_are_named_as_in_the_flow_and_have_a_label(name):
    form = main_form(read(draw(name)))
    for field in PAGES[name].fields:
        parts = ("year", "month", "day") if field.type == "date" else ("",)
        for part in parts:
            full = f"{field.name}-{part}" if part else field.name
            [*inputs] = [n for n in form.all("input", "select", "textarea") if n.attributes.get("name") == full]
            assert inputs[0].attributes["id"] == full
            named = form.all("label", **{"for": full}) or inputs[0].attributes.get("aria-label")
            assert named or field.type == "radio"


@pytest.mark.parametrize("name", PAGES)
def test_each_problem_is_said_aloud_exactly_once(name):
    alerts = read(draw(name)).all(role="alert")
    said = [(a.attributes["data-message"], a.attributes.get("data-field")) for a in alerts]
    assert sorted(said, key=str) == sorted({(p.message, p.field) for p in PAGES[name].problems}, key=str)
    assert all(alert.text for alert in alerts)


@pytest.mark.parametrize("name", ["mail_sent-again", "verify_email-again", "email_verified"])
def test_good_news_is_a_status_and_no_problem(name):
    page = read(draw(name))
    [status] = page.all(role="status")
    assert status.text
    assert "data-message" not in status.attributes
    assert page.all(role="alert") == []


@pytest.mark.parametrize("name", [n for n in PAGES if PAGES[n].problems])
def test_the_title_says_first_that_something_is_wrong(name):
    assert read(draw(name)).all("title")[0].text.startswith("エラー: ")
    assert read(draw(name, "en")).all("title")[0].text.startswith("Error: ")


def test_a_button_that_cannot_be_used_yet_is_disabled_and_says_why():
    page = read(draw("user_details"))
    [later] = page.all("button", id="action-continue")
    assert "disabled" in later.attributes
    assert page.all(id=later.attributes["aria-describedby"])[0].text


@pytest.mark.parametrize("name", FORMS)
def test_every_way_has_a_way_out(name):
    actions = {b.attributes["value"] for b in buttons(main_form(read(draw(name))))}
    if PAGES[name].page not in {"open_link", "done"}:
        assert actions & {"cancel", "deny"}


@pytest.mark.parametrize(("purpose", "actions"), [("sign_in", ["continue", "cancel"]), ("return", ["continue"])])
def test_the_done_page_can_be_cancelled_only_where_a_sign_in_waits(purpose, actions):
    html = renderer().render_screen(PAGES["done"], context=context("ja", "portal", Purpose(purpose)))
    assert [button.attributes["value"] for button in buttons(main_form(read(html)))] == actions


def test_cancel_comes_last():
    for name in FORMS:
        values = [b.attributes["value"] for b in buttons(main_form(read(draw(name))))]
        assert "cancel" not in values[:-1], name


@pytest.mark.parametrize(
    ("name", "field", "autocomplete", "mode"),
    [
        ("email_address", "email", "email", "email"),
        ("sign_in", "email", "username", "email"),
        ("sign_in", "password", "current-password", None),
        ("user_details", "email", "username", "email"),
        ("new_password", "email", "username", "email"),
        ("new_password", "new_password", "new-password", None),
        ("new_password", "new_password_confirm", "new-password", None),
        ("verify_email", "code", "one-time-code", "numeric"),
        ("enroll_phone", "phone", "tel", "tel"),
        ("email_address", "birth_date-year", "bday-year", None),
        ("email_address", "birth_date-day", "bday-day", None),
        ("registration", "postcode", "postal-code", "numeric"),
        ("identifier", "identifier", "username", None),
    ],
)
def test_browsers_and_password_managers_are_told_what_a_field_is(name, field, autocomplete, mode):
    [node] = read(draw(name)).all(id=field)
    assert node.attributes.get("autocomplete") == autocomplete
    assert node.attributes.get("inputmode") == mode


def test_a_code_may_be_pasted_with_spaces_and_is_one_field():
    [code] = read(draw("verify_email")).all(id="code")
    assert int(code.attributes["maxlength"]) >= 11
    assert code.attributes["type"] == "text"
    assert "value" not in code.attributes


@pytest.mark.parametrize("name", PROVEN)
def test_what_is_proven_is_read_only(name):
    [field] = read(draw(name)).all("input", id=PROVEN[name])
    assert "readonly" in field.attributes


def test_a_wrong_field_is_tied_to_what_is_wrong_with_it():
    [field] = read(draw("user_details-dots")).all(id="email")
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["aria-describedby"].split()[0] == "email-error"


def test_what_was_typed_stays_secrets_aside():
    page = read(draw("sign_in-wrong"))
    assert page.all(id="email")[0].attributes["value"] == "hanako@example.jp"
    assert "value" not in page.all(id="password")[0].attributes


def test_the_summary_leads_to_the_fields():
    page = read(draw("email_address-empty"))
    [summary] = [n for n in page.walk() if n.attributes.get("class") == "summary"]
    assert [a.attributes["href"] for a in summary.all("a")] == ["#email", "#birth_date-year"]
    assert "autofocus" in summary.attributes


def test_change_buttons_belong_to_a_second_form_so_that_enter_confirms():
    page = read(draw("confirmation"))
    second = [form for form in page.all("form") if form.attributes.get("id") == "change"]
    assert len(second) == 1
    changes = [b for b in page.all("button") if b.attributes.get("value", "").startswith("change:")]
    assert {b.attributes["form"] for b in changes} == {"change"}
    assert {b.attributes["value"] for b in changes} >= {"change:phone", "change:birth_date"}
    assert {i.attributes["name"] for i in second[0].all("input")} == {"_csrf", "_step"}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_error_page_names_code_parameter_and_reference_and_leads_on(locale):
    page = read(draw("error", locale))
    html = page.all("html")[0].attributes
    assert (html["data-page"], html["data-error"], html["data-reference"]) == ("error", "invalid_request", "7K2-M4Q")
    [main] = page.all(id="error-page")
    for part in ("invalid_request", "redirect_uri", "7K2-M4Q"):
        assert part in main.text
    assert [a for a in main.all("a") if "primary" in a.attributes.get("class", "")]


def test_an_error_without_a_text_of_its_own_still_has_a_plain_sentence():
    for status, code in ((400, "no_such_code"), (500, "odd"), (404, "odd")):
        html = renderer().render_error(status=status, code=code, reference="AAA-BBB", context=context(client=None))
        [main] = read(html).all(id="error-page")
        assert code in main.text
        assert [a for a in main.all("a") if a.attributes.get("href")], "a way on"


def test_sign_out_asks_and_signed_out_says_so():
    assert read(draw("sign_out")).all("button", id="action-sign_out", value="sign_out", name="action")
    assert read(draw("signed_out")).all(id="signed-out")


def test_form_post_goes_to_the_client_without_a_script_too():
    form = main_form(read(draw("form_post")))
    assert form.attributes["action"] == "https://rp.example/callback"
    assert {i.attributes["name"] for i in form.all("input")} == {"code", "state", "iss"}
    assert form.all("button")


@pytest.mark.parametrize("name", EVERY)
def test_every_page_is_small_and_has_nothing_inline(name):
    html = draw(name)
    assert len(html.encode()) < 100_000
    assert re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|data:|url\(", html) is None
    scripts = read(html).all("script")
    assert [s.attributes["src"].partition("?")[0] for s in scripts] == ["/assets/sekisho.js"]
    assert [s.children for s in scripts] == [[]]


@pytest.mark.parametrize("name", EVERY)
def test_the_language_switch_keeps_the_page(name):
    [switch] = [a for a in read(draw(name)).all("a") if a.attributes.get("class") == "lang"]
    assert switch.attributes["href"] == "?ui_locales=en"
    assert switch.attributes["lang"] == "en"


def test_the_language_switch_keeps_the_rest_of_the_address():
    html = renderer().render_page("sign_out", context=context(url="/logout?state=a%26b&ui_locales=ja"))
    assert 'href="?state=a%26b&amp;ui_locales=en"' in html


def test_headings_and_landmarks_are_in_order():
    for name in EVERY:
        page = read(draw(name))
        assert len(page.all("h1")) == 1, name
        assert len(page.all("main")) == 1, name


def test_numbers_on_file_are_shown_as_people_type_them():
    phone = replace(REGISTRATION[4], value="+819012345678")
    html = renderer().render_screen(replace(registration, fields=(phone,)), context=context())
    assert read(html).all("input", id="phone")[0].attributes["value"] == "090-1234-5678"


@pytest.mark.parametrize(("locale", "name"), [("ja", "日本(+81)"), ("en", "Japan (+81)")])
def test_countries_are_named_in_the_pages_language(locale, name):
    [country] = read(draw("enroll_phone", locale)).all("select", id="country")
    assert country.all("option")[0].text == name


def test_one_problem_on_a_long_page_is_counted_as_one():
    screen = replace(registration, problems=(Problem(message="required", field="branch"),))
    for locale, said in (("ja", "1つの項目"), ("en", "1 item")):
        page = read(renderer().render_screen(screen, context=context(locale)))
        [summary] = [n for n in page.walk() if n.attributes.get("class") == "summary"]
        assert said in summary.all("h2")[0].text
        assert "1 items" not in summary.text
