"""J1: sign-up by e-mail link; J4: sign-up with a code."""

from __future__ import annotations

import pytest

from idp.domain.subject import ACCOUNT_REALM, IdentifierKind
from idp.flows.outcome import Authenticated, Returned
from tests.flows.bench import Bench, Stale, Walk

SHINNYU = {"birth_date": "2007-04-02", "name": "新入 生", "kana": "シンニュウ セイ", "phone": "09011112222"}
FORM = {
    "birth_date": "2007-04-02",
    "name": "新入 生",
    "kana": "しんにゅう せい",
    "sex": "",
    "phone": "090-1111-2222",
    "postcode": "1668532",
    "address": "東京都",
    "branch": "見本大学",
    "member_type": "applicant",
    "admission_year": "2026",
    "remarks": "よろしく",
}


def ask(bench: Bench, birth_date: str = "2007-04-02") -> Walk:
    walk = bench.walk("sign_up", return_to="http://localhost:9001/")
    return walk.press("continue", email="shinnyu@example.jp", birth_date=birth_date)


def open_link(walk: Walk) -> Walk:
    return walk.press("open_link", secret=walk.code().rpartition("/")[2])


def test_the_link_leads_to_the_prefilled_form_then_summary_done_password_and_back(bench: Bench):
    bench.hooks.people["shinnyu@example.jp"] = [SHINNYU]
    walk = ask(bench)
    assert walk.page == "mail_sent"
    open_link(walk)
    assert walk.page == "registration"
    assert {f.name: f.value for f in walk.screen.fields}["kana"] == "シンニュウ セイ"
    walk.press("continue", **FORM)
    assert walk.page == "confirmation"
    assert {s.name: s.value for s in walk.screen.shown}["kana"] == "シンニュウ セイ"
    walk.press("continue")
    assert walk.page == "done"
    assert [mail.template for mail in bench.deliver()] == ["registered"]
    assert bench.hooks.asked[-1]["remarks"] == "よろしく"
    walk.press("continue")
    assert walk.page == "new_password"
    walk.press("continue", new_password="Hinode-2026!", new_password_confirm="Hinode-2026!")
    assert isinstance(walk.look(), Returned)
    made = bench.stores.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, "shinnyu@example.jp")
    assert made.attributes["phone"] == "+819011112222"
    assert "remarks" not in made.attributes


def test_a_corrected_birth_date_does_not_ask_the_registry_again(bench: Bench):
    bench.hooks.people["shinnyu@example.jp"] = [SHINNYU]
    walk = open_link(ask(bench))
    asked = len(bench.hooks.asked)
    walk.press("continue", **{**FORM, "birth_date": "2007-05-02"})
    assert walk.page == "confirmation"
    assert len(bench.hooks.asked) == asked
    assert walk.journey.state["facts"]["birth_date"]["value"] == "2007-05-02"


def test_without_a_match_or_with_the_registry_down_the_form_is_empty_and_nothing_false_is_said(bench: Bench):
    bench.hooks.is_down = True
    walk = open_link(ask(bench))
    assert walk.page == "registration"
    assert {f.name: f.value for f in walk.screen.fields}["name"] == ""
    assert walk.problems == []


def test_an_address_with_an_account_gets_another_mail_and_the_same_page(bench: Bench):
    bench.member("shinnyu@example.jp", "x")
    walk = ask(bench)
    assert walk.page == "mail_sent"
    assert [(mail.template, mail.secret) for mail in bench.deliver()] == [("sign_up_known", None)]


def test_nothing_typed_is_lost_on_an_error_or_a_change(bench: Bench):
    walk = open_link(ask(bench))
    walk.press("continue", **{**FORM, "phone": "090-1111-222"})
    assert walk.problems == ["phone.too_short"]
    values = {f.name: f.value for f in walk.screen.fields}
    assert (values["phone"], values["name"], values["branch"]) == ("090-1111-222", "新入 生", "見本大学")
    walk.press("continue", **FORM)
    walk.press("change:name")
    assert walk.page == "registration"
    assert {f.name: f.value for f in walk.screen.fields}["postcode"] == "166-8532"


def test_a_second_press_of_the_last_button_makes_no_second_account(bench: Bench):
    walk = open_link(ask(bench)).press("continue", **FORM)
    before = walk.journey
    walk.press("continue")
    walk.journey = before
    with pytest.raises(Stale):
        walk.press("continue")
    assert len(bench.stores.subjects.list()) == 1
    assert len([mail for mail in bench.deliver() if mail.template == "registered"]) == 1


def test_a_link_sent_again_ends_the_older_one(bench: Bench):
    walk = ask(bench)
    first = walk.code()
    bench.clock.wait(seconds=31)
    walk.press("resend")
    walk.press("open_link", secret=first.rpartition("/")[2])
    assert walk.page == "mail_sent"
    open_link(walk)
    assert walk.page == "registration"


def test_a_corrected_birth_date_with_the_same_address_sends_no_second_link_at_once(bench: Bench):
    walk = ask(bench)
    link = walk.code()
    walk.press("back").press("continue", email="shinnyu@example.jp", birth_date="2007-04-03")
    assert (walk.page, walk.problems, walk.notices) == ("mail_sent", [], ["link.sent_before"])
    assert bench.deliver() == []
    assert walk.press("open_link", secret=link.rpartition("/")[2]).page == "registration"


def test_guardians_sign_up_by_code_password_and_landline(bench: Bench):
    walk = bench.walk("sign_up_with_code", wanted_acr="mfa").press("send_code", email="oya@example.jp")
    walk.press("verify_code", code=walk.code())
    assert walk.page == "account_details"
    new = {"new_password": "Hinode-2026!", "new_password_confirm": "Hinode-2026!"}
    walk.press("continue", name="保護 者", **new)
    assert walk.page == "enroll_phone"
    walk.press("call", country="JP", phone="0312345678")
    walk.press("verify_code", code=walk.code())
    outcome = walk.look()
    assert isinstance(outcome, Authenticated)
    assert [event.method.value for event in outcome.events] == ["email", "pwd", "tel"]


def test_starting_over_with_another_address_sends_nothing_by_itself(bench: Bench):
    walk = open_link(ask(bench)).press("back")
    assert walk.page == "email_address"
    assert bench.deliver() == []


def test_whoever_fills_in_what_people_do_not_see_gets_no_mail(bench: Bench):
    walk = bench.walk("sign_up")
    walk.press("continue", email="shinnyu@example.jp", birth_date="2007-04-02", website="https://spam.example")
    assert walk.problems == ["form.trapped"]
    assert bench.deliver() == []
