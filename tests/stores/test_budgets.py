from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from tests.samples import NOW
from tests.stores.makers import later

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEY = "sms:number:+819012345678"


def spend(stores, key=KEY, *, limit=3, window=DAY, at=NOW):
    return stores.budgets.spend(key, limit=limit, window=window, now=at)


def test_as_many_as_the_limit_and_no_more(stores):
    assert [spend(stores) for _ in range(5)] == [True, True, True, False, False]
    assert stores.budgets.used(KEY, window=DAY, now=NOW) == 3


def test_the_window_begins_with_the_first_hit_and_does_not_move(stores):
    assert [spend(stores, at=later(hours=hour)) for hour in (0, 12, 23)] == [True, True, True]
    assert not spend(stores, at=later(hours=23, minutes=59))
    assert spend(stores, at=later(hours=24))
    assert stores.budgets.used(KEY, window=DAY, now=later(hours=24)) == 1


def test_a_refused_hit_counts_nothing(stores):
    for _ in range(10):
        spend(stores, limit=1)
    assert stores.budgets.used(KEY, window=DAY, now=NOW) == 1


def test_a_window_that_is_over_counts_nothing(stores):
    spend(stores)
    assert stores.budgets.used(KEY, window=DAY, now=later(hours=24)) == 0
    assert stores.budgets.used("never", window=DAY, now=NOW) == 0


def test_a_limit_of_nothing_admits_nothing(stores):
    assert not spend(stores, limit=0)
    assert stores.budgets.used(KEY, window=DAY, now=NOW) == 0


def test_keys_do_not_disturb_each_other(stores):
    assert spend(stores, "a", limit=1)
    assert spend(stores, "b", limit=1)
    assert not spend(stores, "a", limit=1)


def test_one_key_may_have_windows_of_several_lengths(stores):
    assert [spend(stores, limit=2, window=HOUR) for _ in range(3)] == [True, True, False]
    assert [spend(stores, limit=9, window=DAY) for _ in range(3)] == [True, True, True]
    assert stores.budgets.used(KEY, window=HOUR, now=NOW) == 2


def test_a_limit_that_was_lowered_holds_at_once(stores):
    for _ in range(3):
        spend(stores, limit=3)
    assert not spend(stores, limit=2)


def test_a_cleared_counter_begins_anew_in_every_window(stores):
    spend(stores, limit=1)
    spend(stores, limit=1, window=HOUR)
    stores.budgets.clear(KEY)
    stores.budgets.clear("never")
    assert spend(stores, limit=1)
    assert spend(stores, limit=1, window=HOUR)


def test_a_key_may_be_any_text_and_is_not_stored(stores, database):
    odd = "x" * 100_000 + "\x00\ud800"
    assert spend(stores, odd, limit=1)
    assert not spend(stores, odd, limit=1)
    spend(stores)
    assert "1234" not in str(database.read(sa.text("SELECT * FROM budgets WHERE used < 9")))
