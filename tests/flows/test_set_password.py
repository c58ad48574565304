"""J2: set or reset the password."""

from __future__ import annotations

import pytest

from idp.domain.subject import ACCOUNT_REALM, IdentifierKind
from idp.flows.outcome import Returned
from idp.flows.screen import Screen
from tests.flows.bench import Bench, Walk

NEW = "Hinode-2026!"
KUMIAI = {"birth_date": "2006-11-03", "name": "組合 一郎", "member_number": "77"}


def ask(bench: Bench, email: str) -> Walk:
    return bench.walk("set_password", "guide", return_to="http://localhost:9002/").press("send_code", email=email)


def choose(walk: Walk, password: str = NEW, confirm: str | None = None) -> Walk:
    return walk.press("continue", new_password=password, new_password_confirm=confirm or password)


def test_the_button_to_go_on_is_there_but_asks_for_the_code_first(bench: Bench):
    walk = bench.walk("set_password", "guide")
    assert [(b.action, b.disabled) for b in walk.screen.buttons] == [
        ("send_code", False),
        ("continue", True),
        ("cancel", False),
    ]
    assert walk.press("continue", email="a@example.jp").problems == ["code.send_first"]
    assert walk.screen.fields[0].value == "a@example.jp"


def test_an_account_gets_a_code_and_a_new_password(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanako@example.jp")
    walk.press("verify_code", code=walk.code())
    assert walk.page == "email_verified"
    walk.press("continue")
    assert walk.look() == choose(walk).look() or isinstance(walk.look(), Returned)
    assert bench.stores.passwords.get("s-hanako@example.jp") == f"plain:{NEW}"
    assert [mail.template for mail in bench.deliver()] == ["password_changed"]


def test_a_member_without_an_account_gets_a_code_and_the_password_creates_the_account(bench: Bench):
    bench.hooks.people["kumiai@example.jp"] = [KUMIAI]
    walk = ask(bench, "kumiai@example.jp")
    walk.press("verify_code", code=walk.code()).press("continue")
    choose(walk)
    assert isinstance(walk.look(), Returned)
    made = bench.stores.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, "kumiai@example.jp")
    assert made.attributes["name"] == "組合 一郎"
    assert made.attributes["member_number"] == "77"
    assert made.email_verified_at is not None


def test_only_when_several_people_share_an_address_is_the_birth_date_asked(bench: Bench):
    bench.hooks.people["kyodai@example.jp"] = [
        {"birth_date": "2006-05-05", "name": "兄", "member_number": "1"},
        {"birth_date": "2008-09-09", "name": "弟", "member_number": "2"},
    ]
    walk = ask(bench, "kyodai@example.jp")
    walk.press("verify_code", code=walk.code()).press("continue")
    assert walk.page == "which_person"
    assert walk.press("continue", birth_date="2000-01-01").problems == ["person.no_match"]
    walk.press("continue", birth_date="2008-09-09")
    choose(walk)
    made = bench.stores.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, "kyodai@example.jp")
    assert made.attributes["name"] == "弟"


def test_three_kinds_of_address_see_the_same_page_and_the_unknown_one_never_passes(bench: Bench):
    bench.member("hanako@example.jp", "old")
    bench.hooks.people["kumiai@example.jp"] = [KUMIAI]
    seen = []
    for email in ("hanako@example.jp", "kumiai@example.jp", "nobody@example.jp"):
        walk = ask(bench, email)
        screen = walk.screen
        assert isinstance(screen, Screen)
        seen.append((screen.page, screen.buttons, screen.params, screen.kind))
        for_nobody = bench.deliver()
        answer = walk.press("verify_code", code="1").problems
        assert answer == ["code.wrong"]
    assert seen[0] == seen[1] == seen[2]
    assert [(mail.template, mail.secret) for mail in for_nobody] == [("no_account", None)]


def test_with_the_registry_down_an_unknown_address_is_told_to_try_later(bench: Bench):
    bench.hooks.is_down = True
    ask(bench, "kumiai@example.jp")
    assert [mail.template for mail in bench.deliver()] == ["try_later"]


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Ab1!", "password.too_short"),
        ("abcdefgh1!", "password.classes"),
        ("Password1!", "password.breached"),
        ("A" * 127 + "b1!", "password.too_long"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(bench: Bench, password: str, problem: str):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanako@example.jp")
    walk.press("verify_code", code=walk.code()).press("continue")
    assert choose(walk, password).problems == [problem]


def test_two_different_passwords_are_refused_and_neither_is_kept(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanako@example.jp")
    walk.press("verify_code", code=walk.code()).press("continue")
    assert choose(walk, NEW, "Hinode-2027!").problems == ["password.mismatch"]
    assert NEW not in str(walk.journey.state)


def test_a_new_code_waits_for_the_cool_down_and_ends_the_old_one(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanako@example.jp")
    first = walk.code()
    assert walk.press("resend").problems == ["code.wait"]
    bench.clock.wait(seconds=31)
    walk.press("resend")
    second = walk.code()
    assert walk.press("verify_code", code=first).problems == ["code.wrong"]
    assert walk.press("verify_code", code=second).page == "email_verified"


def test_asking_for_the_same_address_again_during_the_cool_down_sends_nothing_and_the_code_still_counts(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanako@example.jp")
    code = walk.code()
    walk.press("back").press("send_code", email="hanako@example.jp")
    assert (walk.page, walk.problems, walk.notices) == ("verify_email", [], ["code.sent_before"])
    assert bench.deliver() == []
    assert walk.press("verify_code", code=code).page == "email_verified"


def test_the_cool_down_is_remembered_after_another_address_was_asked_for(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanako@example.jp")
    walk.press("back").press("send_code", email="hanoko@example.jp")
    walk.press("back").press("send_code", email="hanako@example.jp")
    assert (walk.page, walk.problems) == ("user_details", ["code.wait"])
    bench.clock.wait(seconds=31)
    assert walk.press("send_code", email="hanako@example.jp").page == "verify_email"


def test_an_expired_code_says_so(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanako@example.jp")
    code = walk.code()
    bench.clock.wait(minutes=11)
    assert walk.press("verify_code", code=code).problems == ["code.expired"]


def test_a_mistyped_address_can_be_corrected_at_once(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = ask(bench, "hanoko@example.jp").press("back")
    assert walk.screen.fields[0].value == "hanoko@example.jp"
    walk.press("send_code", email="hanako@example.jp")
    assert walk.page == "verify_email"
    walk.press("verify_code", code=walk.code())
    assert walk.page == "email_verified"


def test_a_code_of_one_journey_opens_no_other(bench: Bench):
    bench.member("hanako@example.jp", "old")
    first = ask(bench, "hanako@example.jp")
    code_of_first = first.code()
    second = ask(bench, "hanako@example.jp")
    code_of_second = second.code()
    assert code_of_first == code_of_second or first.press("verify_code", code=code_of_second).problems == ["code.wrong"]
    assert second.press("verify_code", code=code_of_second).page == "email_verified"


def test_a_birth_date_may_be_guessed_five_times_an_hour_in_however_many_journeys(bench: Bench):
    bench.hooks.people["kyodai@example.jp"] = [
        {"name": "兄", "birth_date": "2006-05-05"},
        {"name": "弟", "birth_date": "2008-09-09"},
    ]

    def at_question() -> Walk:
        walk = ask(bench, "kyodai@example.jp")
        return walk.press("verify_code", code=walk.code()).press("continue")

    said = [at_question().press("continue", birth_date=f"2001-01-0{day}").problems for day in range(1, 7)]
    assert said == [["person.no_match"]] * 5 + [["form.too_many"]]
    assert at_question().press("continue", birth_date="2006-05-05").problems == ["form.too_many"]
    bench.clock.wait(minutes=61)
    assert at_question().press("continue", birth_date="2006-05-05").page == "new_password"
