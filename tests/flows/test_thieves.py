"""What a thief with an old password, a moment at a mailbox, or much time to guess cannot do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from idp.domain.session import AuthenticationEvent, Method
from idp.flows.outcome import Authenticated, Returned
from idp.flows.runtime import Stale
from tests.flows.bench import Bench, PlainHasher, Walk
from tests.flows.own_site import build_own_bench
from tests.flows.test_attacks import NEW, choose
from tests.flows.test_sign_up import FORM, SHINNYU, ask, open_link


def half_signed_in(bench: Bench) -> Walk:
    walk = bench.sign_in(client="app").press("continue", email="hanako@example.jp", password="old")
    assert walk.page == "enroll_phone"
    return walk


def reset(bench: Bench) -> Walk:
    walk = bench.walk("set_password", "guide").press("send_code", email="hanako@example.jp")
    walk.press("verify_code", code=walk.code()).press("continue")
    return choose(walk)


def test_a_sign_in_that_stands_half_way_with_the_old_password_ends_when_a_new_one_is_set(bench: Bench):
    bench.member("hanako@example.jp", "old")
    thief = half_signed_in(bench)
    owner = reset(bench)
    assert isinstance(owner.look(), Returned), "the owner's own journey goes on"
    stored = bench.stores.journeys.get(thief.journey.id)
    assert stored.expires_at <= bench.clock.now()
    with pytest.raises(Stale):
        thief.press("sms", country="JP", phone="09012345678")
    assert [mail for mail in bench.deliver() if mail.channel == "sms"] == []


def test_a_sign_in_that_was_finished_but_not_used_yet_ends_as_well(bench: Bench):
    bench.member("hanako@example.jp", "old", phone="+819012345678")
    thief = bench.sign_in(client="app").press("continue", email="hanako@example.jp", password="old").press("sms")
    thief.press("verify_code", code=thief.code())
    assert isinstance(thief.look(), Authenticated)
    reset(bench)
    assert bench.stores.journeys.get(thief.journey.id).expires_at <= bench.clock.now()


def test_other_peoples_journeys_go_on(bench: Bench):
    bench.member("hanako@example.jp", "old")
    bench.member("taro@example.jp", "old")
    other = bench.sign_in(client="app").press("continue", email="taro@example.jp", password="old")
    reset(bench)
    assert other.press("sms", country="JP", phone="09012345678").page == "enroll_phone_code"


def guess(bench: Bench, begin: Callable[[], Walk], times: int) -> list[str]:
    """Wrong codes in journey after journey; what the last page of each said."""
    said = []
    for _ in range(times // 5):
        walk = begin()
        for _ in range(5):
            walk.press("verify_code", code="x")
        said += walk.problems
    return said


def test_strangers_who_guess_codes_do_not_lock_the_second_factor_of_the_owner(bench: Bench):
    bench.member("hanako@example.jp", "old", "+819012345678", member_number="1")
    guess(bench, lambda: bench.sign_in("wallet").press("send_code", identifier="09012345678"), 10)
    bench.deliver()
    assert bench.sign_in("wallet").press("send_code", identifier="09012345678").problems == ["code.locked"]
    owner = bench.sign_in("app").press("continue", email="hanako@example.jp", password="old").press("sms")
    owner.press("verify_code", code=owner.code())
    assert isinstance(owner.look(), Authenticated)


def test_ten_wrong_codes_stop_the_codes_of_an_address_for_an_hour_and_none_is_sent_meanwhile(bench: Bench):
    bench.member("hanako@example.jp", "old")

    def begin() -> Walk:
        return bench.walk("set_password", "guide").press("send_code", email="hanako@example.jp")

    assert guess(bench, begin, 10) == ["code.too_many", "code.too_many"]
    bench.deliver()
    locked = begin()
    assert (locked.problems, bench.deliver()) == (["code.locked"], [])
    bench.clock.wait(minutes=61)
    assert begin().page == "verify_email"


def test_a_new_password_opens_a_sign_in_that_wrong_ones_had_stopped(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = bench.sign_in("app")
    for _ in range(11):
        walk.press("continue", email="hanako@example.jp", password="wrong")
    assert walk.problems == ["password.wait"]
    reset(bench)
    walk.press("continue", email="hanako@example.jp", password=NEW)
    assert (walk.page, walk.problems) == ("enroll_phone", [])


def test_creating_an_account_that_is_there_already_ends_what_its_old_password_opened(tmp_path):
    steps = """\
  - {verify: email, by: code, if_unknown: send}
  - page: details
    fields: [name!, new_password!, new_password_confirm!]
    check: [create: user]
  - end: signed_in
"""
    bench = build_own_bench(tmp_path, own=steps)
    bench.member("hanako@example.jp", "old")
    thief = half_signed_in(bench)
    walk = bench.walk("own", "portal").press("send_code", email="hanako@example.jp")
    choose(walk.press("verify_code", code=walk.code()), name="x")
    assert isinstance(walk.look(), Authenticated)
    assert bench.stores.journeys.get(thief.journey.id).expires_at <= bench.clock.now()


def sign_up_by_code(bench: Bench) -> Walk:
    walk = bench.walk("sign_up_with_code", "guide").press("send_code", email="hanako@example.jp")
    return walk.press("verify_code", code=walk.code())


def test_an_address_proven_before_its_account_was_made_opens_it_no_more(bench: Bench):
    thief = sign_up_by_code(bench)
    assert thief.page == "account_details"
    bench.clock.wait(minutes=1)
    owner = choose(sign_up_by_code(bench), name="花子")
    assert isinstance(owner.look(), Authenticated)
    encoded = bench.stores.passwords.get(owner.look().subject_id)
    thief.press("continue", name="x", new_password="Inu-to-Neko-1!", new_password_confirm="Inu-to-Neko-1!")
    assert (thief.page, thief.problems) == ("account_details", ["nobody"])
    assert bench.stores.passwords.get(owner.look().subject_id) == encoded


def test_a_link_pressed_before_the_account_was_made_opens_it_no_more(bench: Bench):
    bench.hooks.people["shinnyu@example.jp"] = [SHINNYU]
    thief = open_link(ask(bench)).press("continue", **FORM)
    bench.clock.wait(minutes=1)
    bench.member("shinnyu@example.jp", "old")
    assert thief.press("continue").problems == ["nobody"]


def test_someone_elses_identifier_does_not_stay_proven(bench: Bench):
    bench.member("taro@example.jp", "t")
    victim = bench.member("hanako@example.jp", "old")
    at = bench.clock.now()
    me = {"subject_id": "s-taro@example.jp", "events": (AuthenticationEvent(method=Method.PASSWORD, at=at),)}

    def at_taken() -> Walk:
        walk = bench.sign_in("wallet", **me).press("send_code", identifier="hanako@example.jp")
        walk.press("verify_code", code=walk.code())
        assert walk.page == "identifier_taken"
        return walk

    late = at_taken()
    bench.clock.wait(minutes=11)
    assert late.press("continue").problems == ["code.expired"]
    reset_since = at_taken()
    bench.clock.wait(seconds=31)
    bench.stores.passwords.set(victim.id, "plain:new", bench.clock.now())
    assert reset_since.press("continue").problems == ["code.expired"]


def test_own_accounts_buy_no_guesses_at_somebody_elses_codes(bench: Bench):
    bench.member("hanako@example.jp", "old")

    def ask_as(email: str) -> Walk:
        event = AuthenticationEvent(method=Method.PASSWORD, at=bench.clock.now())
        walk = bench.sign_in("wallet", subject_id=f"s-{email}", events=(event,))
        return walk.press("send_code", identifier="hanako@example.jp")

    own = [bench.member(f"own{number}@example.net", "x").email for number in range(3)]
    assert [guess(bench, partial(ask_as, email), 5) for email in own[:2]] == [["code.too_many"]] * 2
    assert ask_as(own[2]).problems == ["code.locked"]


def test_an_old_password_that_was_changed_while_it_was_compared_is_wrong(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    bench.member("hanako@example.jp", "old")
    compare = PlainHasher.verify

    def slowly(hasher: Any, encoded: str | None, password: str) -> bool:
        is_right = compare(hasher, encoded, password)
        bench.stores.passwords.set("s-hanako@example.jp", "plain:new", bench.clock.now())
        return is_right

    monkeypatch.setattr(PlainHasher, "verify", slowly)
    walk = bench.sign_in("app").press("continue", email="hanako@example.jp", password="old")
    assert (walk.page, walk.problems) == ("sign_in", ["password.wrong"])


def test_a_code_on_its_way_ends_with_the_new_password(bench: Bench):
    bench.member("hanako@example.jp", "old")
    thief = bench.walk("set_password", "guide").press("send_code", email="Hanako@example.jp")
    code = thief.code()
    reset(bench)
    assert thief.press("verify_code", code=code).problems == ["code.expired"]
