"""Budgets of wrong answers with more than one window."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from idp.config.site import Budget
from idp.steps.failures import Failures
from tests.flows.bench import Bench


def test_each_window_counts_for_itself_and_a_right_answer_clears_all(bench: Bench):
    rules = (
        Budget(per="account", limit=2, window=timedelta(minutes=10)),
        Budget(per="account", limit=3, window=timedelta(hours=24)),
    )
    failures = Failures(of="x", rules=rules, budgets=bench.stores.budgets, now=bench.clock.now())
    assert [failures.count() for _ in range(2)] == [True, True]
    assert failures.spent() == rules[0]
    later = replace(failures, now=bench.clock.now() + timedelta(minutes=11))
    assert later.spent() is None
    assert later.count()
    assert later.spent() == rules[1]
    later.clear()
    assert later.spent() is None
