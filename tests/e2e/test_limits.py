"""Limits as seen from outside: freshmen by the hundred behind one address pass, the eleventh SMS to a number does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.walks import Member, Visitor, register
from tests.product import Product, copy_site, free_base

pytestmark = pytest.mark.slow

FRESHMEN = 300
FINGERS = 6


@pytest.fixture(scope="module")
def running(tmp_path_factory, first_port):
    """A product whose counters nobody else moves."""
    product = Product(copy_site(tmp_path_factory.mktemp("limits") / "site"), free_base(first_port + 600)).start()
    yield product
    assert product.stop() == 0


def test_three_hundred_first_sign_ins_from_one_source_address_pass(running):
    freshmen = register(running, FRESHMEN, prefix="freshman")

    def walk(member):
        visitor = Visitor(running)
        visitor.sign_in_first("app", member)
        return visitor.stands_at("app")

    with ThreadPoolExecutor(FINGERS) as campus:
        results = list(campus.map(walk, freshmen))
    assert results == [True] * FRESHMEN
    numbers = {member.phone for member in freshmen}
    assert len([m for m in running.outbox.messages() if m["to"] in numbers]) == FRESHMEN


def test_the_eleventh_sms_to_one_number_in_a_day_is_refused_and_the_call_still_works(running):
    members = register(running, 12, prefix="crowd")
    number = "+818066660001"
    visitors = [Visitor(running) for _ in members]
    for at, (visitor, member) in enumerate(zip(visitors, members, strict=True)):
        ask_for_sms(visitor, member, number)
        if at < 10:
            assert visitor.page.name == "enroll_phone_code", visitor.page.problems
            running.outbox.take(number, "sms")
        else:
            assert (visitor.page.name, visitor.page.problem) == ("enroll_phone", "send.limit")
    last = visitors[-1]
    last.press("call")
    last.type_code(number, "voice")
    assert last.stands_at("app"), last.page.text
    assert [m["channel"] for m in running.outbox.messages(number)].count("sms") == 10


def test_calls_to_one_number_end_at_five_a_day(running):
    number = "+818066670001"
    for at, member in enumerate(register(running, 6, prefix="caller")):
        visitor = Visitor(running)
        ask_for_sms(visitor, member, number, way="call")
        assert visitor.page.problem == (None if at < 5 else "send.limit")


def test_ten_wrong_passwords_hold_up_that_account_alone(running):
    first, second = register(running, 2, prefix="guessed")
    visitor = Visitor(running)
    visitor.go("app", "サインイン")
    for _ in range(10):
        assert visitor.press("continue", email=first.email, password="Wrong-2026!").problem == "password.wrong"
    held = visitor.press("continue", **first.password_form)
    assert held.name == "sign_in"
    assert held.problems
    assert visitor.press("continue", **second.password_form).name == "enroll_phone"


def ask_for_sms(visitor: Visitor, member: Member, number: str, way: str = "sms") -> None:
    visitor.go("app", "サインイン")
    visitor.press("continue", **member.password_form)
    visitor.press(way, phone=number)
