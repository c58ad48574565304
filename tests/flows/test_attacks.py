"""What somebody tries who does not press the buttons of the page: other actions, other people's accounts, old replies."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from idp.domain.subject import ACCOUNT_REALM, IdentifierKind, SubjectStatus
from idp.flows.runtime import Stale
from tests.flows.bench import Bench, Walk
from tests.flows.own_site import build_own_bench
from tests.flows.test_sign_up import FORM, SHINNYU, ask, open_link

NEW = "Hinode-2026!"
UNPROVEN = """\
  - page: account_details
    fields: [email!, name!, new_password!, new_password_confirm!]
    check:
      - create: user
        unproven: true
        reason: a test
  - end: signed_in
"""


def disable(bench: Bench, email: str) -> str:
    subject = bench.stores.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, email)
    bench.stores.subjects.set_status(subject.id, SubjectStatus.DISABLED, bench.clock.now())
    return subject.id


def choose(walk: Walk, **more: str) -> Walk:
    return walk.press("continue", new_password=NEW, new_password_confirm=NEW, **more)


@pytest.mark.parametrize("action", ["change:name", "change:email", "change:birth_date", "change:nothing"])
def test_a_page_without_change_links_takes_no_change(bench: Bench, action: str):
    walk = open_link(ask(bench)).press("continue", **FORM).press("continue")
    assert walk.page == "done"
    walk.press(action)
    assert walk.page == "done"


def test_what_was_proven_cannot_be_changed_from_the_summary(bench: Bench):
    walk = open_link(ask(bench)).press("continue", **FORM)
    assert walk.press("change:email").page == "confirmation"
    assert walk.press("change:nothing").page == "confirmation"
    assert walk.press("change:name").page == "registration"


def test_an_address_that_nobody_proved_never_opens_an_account_that_is_there(tmp_path):
    bench = build_own_bench(tmp_path, sign_up_with_code=UNPROVEN)
    victim = bench.member("hanako@example.jp", "old")
    walk = choose(bench.walk("sign_up_with_code"), email="hanako@example.jp", name="x")
    assert walk.page == "account_details"
    assert walk.problems
    assert bench.stores.passwords.get(victim.id) == "plain:old"
    assert walk.journey.state["subject_id"] is None


def test_a_disabled_account_gets_no_password_by_a_sign_up_with_code(bench: Bench):
    bench.member("hanako@example.jp", "old")
    subject_id = disable(bench, "hanako@example.jp")
    walk = bench.walk("sign_up_with_code").press("send_code", email="hanako@example.jp")
    walk.press("verify_code", code=walk.code())
    choose(walk, name="x")
    assert walk.page == "account_details"
    assert bench.stores.passwords.get(subject_id) == "plain:old"


def test_an_account_that_was_disabled_meanwhile_gets_no_password(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = bench.walk("set_password").press("send_code", email="hanako@example.jp")
    code = walk.code()
    subject_id = disable(bench, "hanako@example.jp")
    walk.press("verify_code", code=code).press("continue")
    choose(walk)
    assert walk.page == "new_password"
    assert bench.stores.passwords.get(subject_id) == "plain:old"


def test_an_account_that_was_disabled_after_the_code_gets_no_password(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = bench.walk("set_password").press("send_code", email="hanako@example.jp")
    walk.press("verify_code", code=walk.code()).press("continue")
    subject_id = disable(bench, "hanako@example.jp")
    choose(walk)
    assert bench.stores.passwords.get(subject_id) == "plain:old"


def test_what_the_registry_said_of_one_address_is_not_known_of_another(bench: Bench):
    bench.hooks.people["shinnyu@example.jp"] = [{**SHINNYU, "member_number": "77"}]
    walk = open_link(ask(bench)).press("back")
    bench.hooks.is_down = True
    open_link(walk.press("continue", email="other@example.jp", birth_date="2007-04-02"))
    assert walk.page == "registration"
    assert {f.name: f.value for f in walk.screen.fields}["kana"] == ""
    walk.press("continue", **FORM).press("continue")
    made = bench.stores.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, "other@example.jp")
    assert "member_number" not in made.attributes


def test_of_two_guesses_at_one_moment_only_one_is_compared(bench: Bench):
    bench.member("hanako@example.jp", "old")
    walk = bench.walk("set_password").press("send_code", email="hanako@example.jp")
    before, compared = walk.journey, []
    right = walk.code()
    walk.press("verify_code", code="x")
    real = bench.ports.challenges.attempt

    class Watching:
        def __getattr__(self, name: str) -> Any:
            return getattr(bench.stores.challenges, name)

        def attempt(self, *arguments: Any) -> Any:
            compared.append(arguments)
            return real(*arguments)

    object.__setattr__(bench.ports, "challenges", Watching())
    for code in ("000000", right):
        with pytest.raises(Stale):
            bench.runtime.submit(before, {"action": "verify_code", "code": code})
    assert compared == []


def test_guesses_in_many_journeys_at_once_release_no_more_answers_than_the_budget(bench: Bench):
    """Each thread has looked at the counter before any has counted."""
    bench.member("hanako@example.jp", "old")
    walks = [bench.sign_in() for _ in range(16)]
    gate = threading.Barrier(len(walks))

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def verify(self, encoded, password):
            gate.wait(20)
            return real.verify(encoded, password)

    real = bench.ports.hasher
    object.__setattr__(bench.ports, "hasher", Slow())
    shown = []

    def guess(walk: Walk) -> None:
        walk.press("continue", email="hanako@example.jp", password="wrong")
        shown.extend(walk.problems)

    threads = [threading.Thread(target=guess, args=(walk,)) for walk in walks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(set(shown)) == ["password.wait", "password.wrong"]
    assert shown.count("password.wrong") == 10


def test_an_account_that_may_not_be_taken_is_said_on_the_page(bench: Bench):
    walk = open_link(ask(bench)).press("continue", **FORM)
    bench.member("shinnyu@example.jp", "old")
    disable(bench, "shinnyu@example.jp")
    assert walk.press("continue").page == "confirmation"
    assert walk.problems == ["nobody"]
