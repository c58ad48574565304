"""What messages may cost: per number, per prefix, and in all."""

from __future__ import annotations

from datetime import timedelta

from idp.config.site import Budget
from idp.steps.one_time import budget_key
from tests.flows.bench import Bench

PASSWORD = "Sakura-2026!"


def ask_for_sms(bench: Bench) -> list[str]:
    walk = bench.sign_in("app").press("continue", email="taro@example.jp", password=PASSWORD)
    walk.press("sms")
    return walk.problems


def test_the_eleventh_sms_to_one_number_in_a_day_does_not_go_out_and_the_next_day_one_does(bench: Bench):
    bench.member("taro@example.jp", PASSWORD, "+819012345678", member_number="1")
    assert [ask_for_sms(bench) for _ in range(10)] == [[]] * 10
    assert ask_for_sms(bench) == ["send.limit"]
    assert len(bench.deliver()) == 10
    bench.clock.wait(hours=25)
    assert ask_for_sms(bench) == []


def test_numbers_that_differ_in_their_last_four_digits_share_a_prefix_and_all_channels_share_the_total():
    prefix = Budget(per="prefix", limit=50, window=timedelta(hours=1))
    total = Budget(per="all", limit=5000, window=timedelta(days=1))
    assert budget_key(prefix, "sms", "+819012345678") == budget_key(prefix, "sms", "+819012340000")
    assert budget_key(prefix, "sms", "+819012345678") != budget_key(prefix, "sms", "+819012445678")
    assert budget_key(total, "sms", "+819012345678") == budget_key(total, "mail", "a@example.jp")
