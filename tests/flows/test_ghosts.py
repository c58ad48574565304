"""`find: user` proves nothing: whoever was merely looked up is nobody's to change, and nobody is found by the pages."""

from __future__ import annotations

import pytest

from idp.flows.outcome import Authenticated, Declined
from tests.flows.own_site import build_own_bench

WHO = "  - {page: who, fields: [email!]}\n  - find: user\n"
END = "  - end: signed_in\n"
BY_LINK = WHO + "  - verify: email\n    by: link\n    if_unknown: send\n" + END
BY_CODE = WHO + "  - {verify: email, by: code}\n" + END
BY_PHONE = WHO + "  - {verify: phone}\n" + END
ENROLLS = WHO + "  - enroll: phone\n" + END
CONSENTS = WHO + "  - consent: client\n" + END
RENAMES = WHO + "  - update: user\n    set: {name: '\"owned\"'}\n  - end: return\n"
OTHER_ADDRESS = (
    WHO + "  - {page: new_address, fields: [email!]}\n  - {verify: email, by: link, if_unknown: send}\n" + END
)
ATTACKER, VICTIM, NOBODY = "attacker@example.net", "taro@example.jp", "nobody@example.jp"


@pytest.fixture
def start(tmp_path):
    def begin(steps: str, email: str, client: str = "portal"):
        bench = build_own_bench(tmp_path, own=steps)
        bench.member(VICTIM, "old", phone="+819012345678")
        return bench.walk("own", client, interaction_id="i1", request={"scopes": ["openid"]}).press(
            "continue", email=email
        )

    return begin


def secret_of(walk):
    return walk.code().rpartition("/")[2]


def test_a_link_signs_in_whoever_owns_the_address(start):
    walk = start(BY_LINK, VICTIM)
    outcome = walk.press("open_link", secret=secret_of(walk)).look()
    assert isinstance(outcome, Authenticated)
    assert outcome.subject_id == f"s-{VICTIM}"


def test_another_address_typed_afterwards_is_not_the_first_ones_proof(start):
    walk = start(BY_LINK, VICTIM)
    assert secret_of(walk)
    walk.press("back").press("continue", email=ATTACKER)
    outcome = walk.press("open_link", secret=secret_of(walk)).look()
    assert isinstance(outcome, Declined)


def test_the_proof_of_an_address_is_nobody_elses_credential(start):
    walk = start(OTHER_ADDRESS, VICTIM).press("continue", email=ATTACKER)
    outcome = walk.press("open_link", secret=secret_of(walk)).look()
    assert isinstance(outcome, Declined)


def test_nobody_enrolls_a_phone_for_somebody_merely_looked_up(start):
    walk = start(ENROLLS, VICTIM)
    assert (walk.page, walk.problems, [button.action for button in walk.screen.buttons]) == (
        "enroll_phone",
        ["nobody"],
        ["cancel"],
    )
    walk.press("sms", country="JP", phone="09087654321")
    assert walk.problems == ["nobody"]
    assert walk.bench.deliver() == []


@pytest.mark.parametrize("email", [VICTIM, NOBODY])
def test_nobody_consents_for_somebody_merely_looked_up(start, email):
    walk = start(CONSENTS, email, "wallet").press("allow")
    assert walk.problems == ["nobody"]
    assert [button.action for button in walk.screen.buttons] == ["deny"]
    assert walk.bench.stores.consents.get(f"s-{VICTIM}", "wallet") is None
    assert walk.bench.stores.consents.get("None", "wallet") is None


def test_nobody_changes_somebody_merely_looked_up(start):
    walk = start(RENAMES, VICTIM)
    assert isinstance(walk.look(), Declined)
    assert walk.bench.stores.subjects.get(f"s-{VICTIM}").attributes.get("name") is None


@pytest.mark.parametrize("email", [VICTIM, NOBODY, "TARO@example.jp"])
def test_a_code_by_mail_looks_the_same_for_somebody_and_nobody(start, email):
    walk = start(BY_CODE, email)
    assert walk.page == "verify_email"
    assert walk.screen.shown[0].value == email
    assert [button.action for button in walk.screen.buttons] == ["verify_code", "resend", "cancel"]
    walk.bench.deliver()
    assert walk.press("verify_code", code="000000").problems == ["code.wrong"]


@pytest.mark.parametrize("email", [VICTIM, NOBODY])
def test_a_code_by_phone_looks_the_same_for_somebody_and_nobody(start, email):
    walk = start(BY_PHONE, email)
    shown = walk.screen.shown[0].value
    assert (walk.page, walk.problems, shown[:9]) == ("verify_phone", [], "090-****-")
    walk.press("sms")
    assert (walk.page, walk.problems) == ("verify_phone_code", [])
    assert walk.screen.shown[0].value == shown
    assert len(walk.bench.deliver()) == (1 if email == VICTIM else 0)
    assert walk.press("verify_code", code="000000").problems == ["code.wrong"]
    assert walk.press("resend").problems == ["code.wait"]


def test_a_ghost_keeps_its_number_from_journey_to_journey(start, tmp_path):
    walk = start(BY_PHONE, NOBODY)
    first = walk.screen.shown
    again = walk.bench.walk("own", "portal").press("continue", email=NOBODY.upper())
    assert again.screen.shown == first


def test_a_page_fills_in_nothing_about_somebody_merely_looked_up(tmp_path):
    steps = WHO + "  - {page: profile, fields: [name!], show: [email], prefill: user}\n" + END
    bench = build_own_bench(tmp_path, own=steps)
    bench.member(VICTIM, name="大学 太郎")
    walk = bench.walk("own").press("continue", email=VICTIM.upper())
    assert [(field.name, field.value) for field in walk.screen.fields] == [("name", "")]


def test_a_part_that_shows_who_somebody_is_ends_the_page_that_led_there(tmp_path):
    page = "  - {page: welcome, links: {sign_up: sign_up_with_code}}\n"
    bench = build_own_bench(tmp_path, own=page + END)
    walk = bench.walk("own", "guide").press("link:sign_up").press("send_code", email="oya@example.jp")
    walk.press("verify_code", code=walk.code())
    new = {"new_password": "Hinode-2026!", "new_password_confirm": "Hinode-2026!"}
    assert isinstance(walk.press("continue", name="保護 者", **new).look(), Authenticated)


def test_a_link_needs_an_address_to_go_to(tmp_path):
    bench = build_own_bench(tmp_path, own="  - {verify: email, by: link}\n" + END)
    walk = bench.walk("own")
    assert walk.problems == ["nobody"]
    assert bench.deliver() == []


def test_somebody_without_a_phone_looks_like_nobody(tmp_path):
    bench = build_own_bench(tmp_path, own=BY_PHONE)
    bench.member(VICTIM, "old")
    walk = bench.walk("own").press("continue", email=VICTIM)
    assert (walk.page, walk.problems, walk.screen.shown[0].value[:9]) == ("verify_phone", [], "090-****-")
    walk.press("sms")
    assert (walk.page, bench.deliver()) == ("verify_phone_code", [])
    assert walk.press("verify_code", code="000000").problems == ["code.wrong"]
