"""J6: the wallet's passwordless registration and sign-in, and its consent."""

from __future__ import annotations

from datetime import timedelta

from idp.domain.session import AuthenticationEvent, Method
from idp.flows.outcome import Authenticated, Declined
from idp.flows.screen import ScreenKind
from tests.flows.bench import Bench, Walk

NUMBER = "+819012345678"


def signed_in(bench: Bench, *methods: Method, minutes_ago: float = 5) -> dict[str, object]:
    at = bench.clock.now() - timedelta(minutes=minutes_ago)
    events = tuple(
        AuthenticationEvent(method=m, at=at, address=None if m is Method.PASSWORD else NUMBER) for m in methods
    )
    return {"subject_id": "s-hanako@example.jp", "events": events}


def prove(walk: Walk, identifier: str) -> Walk:
    walk.press("send_code", identifier=identifier)
    assert walk.page == "verify_identifier"
    return walk.press("verify_code", code=walk.code())


def test_a_known_number_signs_in_with_one_factor_then_consents(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    walk = prove(bench.sign_in("wallet"), "090-1234-5678")
    assert walk.screen.kind is ScreenKind.CONSENT
    walk.press("allow")
    outcome = walk.look()
    assert isinstance(outcome, Authenticated)
    assert [event.method for event in outcome.events] == [Method.SMS]
    assert bench.stores.consents.get("s-hanako@example.jp", "wallet") is not None


def test_a_number_proven_minutes_ago_in_this_browser_needs_no_second_code(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    walk = bench.sign_in("wallet", **signed_in(bench, Method.PASSWORD, Method.SMS))
    assert walk.page == "identifier"
    walk.press("send_code", identifier="09012345678")
    assert walk.page == "consent"
    assert bench.deliver() == []
    outcome = walk.press("allow").look()
    assert isinstance(outcome, Authenticated)
    assert [event.method for event in outcome.events] == [Method.PASSWORD, Method.SMS]  # nothing new was shown


def test_a_free_number_becomes_the_members_log_in_but_raises_no_assurance(bench: Bench):
    bench.member("hanako@example.jp", "x")
    walk = prove(bench.sign_in("wallet", **signed_in(bench, Method.PASSWORD)), "08099998888")
    assert walk.page == "consent"
    outcome = walk.press("allow").look()
    assert isinstance(outcome, Authenticated)
    assert [event.method for event in outcome.events] == [Method.PASSWORD]
    subject = bench.stores.subjects.get("s-hanako@example.jp")
    assert [login.value for login in subject.logins] == ["+818099998888"]


def test_someone_elses_number_is_never_moved(bench: Bench):
    bench.member("hanako@example.jp", "x")
    bench.member("taro@example.jp", "y", NUMBER)
    walk = prove(bench.sign_in("wallet", **signed_in(bench, Method.PASSWORD)), "09012345678")
    assert walk.page == "identifier_taken"
    walk.press("back")
    assert walk.page == "identifier"
    assert [phone.number for phone in bench.stores.subjects.get("s-taro@example.jp").phones] == [NUMBER]


def test_whoever_proved_someone_elses_number_may_sign_in_as_them_with_that_factor_alone(bench: Bench):
    bench.member("hanako@example.jp", "x")
    bench.member("taro@example.jp", "y", NUMBER)
    walk = prove(bench.sign_in("wallet", **signed_in(bench, Method.PASSWORD)), "09012345678")
    outcome = walk.press("continue").press("allow").look()
    assert isinstance(outcome, Authenticated)
    assert outcome.subject_id == "s-taro@example.jp"
    assert [event.method for event in outcome.events] == [Method.SMS]


def test_an_unknown_identifier_is_led_to_the_sign_in_and_then_becomes_a_log_in(bench: Bench):
    bench.member("hanako@example.jp", "secret", member_number="1")
    walk = prove(bench.sign_in("wallet"), "neu@example.jp")
    assert walk.page == "identifier_unknown"
    walk.press("link:sign_in").press("continue", email="hanako@example.jp", password="secret")
    assert walk.page == "consent"
    outcome = walk.press("allow").look()
    assert isinstance(outcome, Authenticated)
    assert [event.method for event in outcome.events] == [Method.PASSWORD]  # the stranger's proof is no factor of hers
    assert [login.value for login in bench.stores.subjects.get("s-hanako@example.jp").logins] == ["neu@example.jp"]


def test_refusing_consent_declines_and_remembers_nothing(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    walk = prove(bench.sign_in("wallet"), "09012345678").press("deny")
    assert walk.look() == Declined(error="access_denied")
    assert bench.stores.consents.get("s-hanako@example.jp", "wallet") is None


def test_remembered_consent_is_not_asked_again(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    prove(bench.sign_in("wallet"), "09012345678").press("allow").look()
    walk = prove(bench.sign_in("wallet"), "09012345678")
    assert isinstance(walk.look(), Authenticated)


def test_a_password_alone_adds_no_log_in_to_an_account_that_has_a_second_factor(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    walk = prove(bench.sign_in("wallet"), "08099998888")
    assert walk.page == "identifier_unknown"
    walk.press("link:sign_in").press("continue", email="hanako@example.jp", password="x")
    assert walk.page == "verify_phone", "the phone is asked for, though the wallet needs no second factor"
    assert bench.stores.subjects.get("s-hanako@example.jp").logins == ()
    walk.press("sms")
    walk.press("verify_code", code=walk.code())
    assert walk.page == "consent"
    assert [login.value for login in bench.stores.subjects.get("s-hanako@example.jp").logins] == ["+818099998888"]


def test_a_session_of_one_factor_is_stepped_up_before_a_log_in_is_added(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    walk = prove(bench.sign_in("wallet", **signed_in(bench, Method.SMS)), "08099998888")
    assert walk.page == "sign_in"
    assert bench.stores.subjects.get("s-hanako@example.jp").logins == ()


def test_a_browser_left_signed_in_adds_no_log_in_before_the_person_has_signed_in_anew(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    session = signed_in(bench, Method.PASSWORD, Method.SMS, minutes_ago=20)
    walk = prove(bench.sign_in("wallet", **session), "08099998888")
    assert walk.page == "sign_in"
    walk.press("continue", email="hanako@example.jp", password="x").press("sms")
    walk.press("verify_code", code=walk.code())
    assert walk.page == "consent"
    assert [login.value for login in bench.stores.subjects.get("s-hanako@example.jp").logins] == ["+818099998888"]


def test_whoever_signs_in_anew_as_somebody_else_adds_it_there(bench: Bench):
    bench.member("hanako@example.jp", "x", NUMBER)
    bench.member("taro@example.jp", "y", "+819011112222")
    session = signed_in(bench, Method.PASSWORD, Method.SMS, minutes_ago=20)
    walk = prove(bench.sign_in("wallet", **session), "08099998888")
    walk.press("continue", email="taro@example.jp", password="y").press("sms")
    walk.press("verify_code", code=walk.code())
    assert walk.page == "consent"
    assert bench.stores.subjects.get("s-hanako@example.jp").logins == ()
    assert [login.value for login in bench.stores.subjects.get("s-taro@example.jp").logins] == ["+818099998888"]
