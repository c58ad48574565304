"""J3: sign-in with the phone as second factor."""

from __future__ import annotations

from idp.flows.outcome import Authenticated, Declined
from tests.flows.bench import Bench

PASSWORD = "Sakura-2026!"


def test_the_first_sign_in_at_the_portal_asks_for_a_mail_code_then_registers_a_phone_with_one_sms(bench: Bench):
    bench.member("taro@example.jp", PASSWORD, member_number="1")
    walk = bench.sign_in("portal")
    assert walk.page == "sign_in"
    walk.press("continue", email="taro@example.jp", password=PASSWORD)
    assert walk.page == "verify_email"
    walk.press("verify_code", code=walk.code())
    assert walk.page == "enroll_phone"
    walk.press("sms", country="JP", phone="090-1234-5678")
    assert walk.page == "enroll_phone_code"
    walk.press("verify_code", code=walk.code())
    outcome = walk.look()
    assert isinstance(outcome, Authenticated)
    assert [event.method.value for event in outcome.events] == ["pwd", "email", "sms"]
    assert [mail.channel for mail in bench.sent] == ["mail", "sms"]


def test_a_later_sign_in_asks_for_the_phone_only_and_shows_its_number_masked(bench: Bench):
    subject = bench.member("hanako@example.jp", PASSWORD, "+819012345678", member_number="1")
    bench.stores.subjects.record_sign_in(subject.id, "portal", bench.clock.now())
    walk = bench.sign_in("portal").press("continue", email="hanako@example.jp", password=PASSWORD)
    assert walk.page == "verify_phone"
    assert walk.screen.shown[0].value.endswith("78")
    assert "1234" not in walk.screen.shown[0].value
    walk.press("call")
    walk.press("verify_code", code=walk.code())
    outcome = walk.look()
    assert isinstance(outcome, Authenticated)
    assert [event.method.value for event in outcome.events] == ["pwd", "tel"]


def test_every_refused_sign_in_reads_the_same(bench: Bench):
    bench.member("taro@example.jp", PASSWORD)
    bench.member("new@example.jp")
    for email, password in (("taro@example.jp", "x"), ("new@example.jp", PASSWORD), ("no@example.jp", PASSWORD)):
        walk = bench.sign_in("app").press("continue", email=email, password=password)
        assert walk.problems == ["password.wrong"]
        assert walk.screen.fields[0].value == email
        assert walk.screen.fields[1].value == ""


def test_a_journey_keeps_no_password(bench: Bench):
    bench.member("taro@example.jp", PASSWORD)
    walk = bench.sign_in("portal").press("continue", email="taro@example.jp", password=PASSWORD)
    assert PASSWORD not in str(bench.stores.journeys.get(walk.journey.id).state)


def test_cancel_declines(bench: Bench):
    walk = bench.sign_in("portal").press("cancel")
    assert walk.look() == Declined(error="access_denied")


def test_a_landline_gets_no_sms_but_may_be_called(bench: Bench):
    bench.member("taro@example.jp", PASSWORD, member_number="1")
    walk = bench.sign_in("app").press("continue", email="taro@example.jp", password=PASSWORD)
    walk.press("sms", country="JP", phone="03-1234-5678")
    assert walk.problems == ["phone.no_sms"]
    assert bench.deliver() == []
    walk.press("call", country="JP", phone="03-1234-5678")
    walk.press("verify_code", code=walk.code())
    assert isinstance(walk.look(), Authenticated)


def test_a_forgotten_password_is_set_inside_the_sign_in_and_leads_on_signed_in(bench: Bench):
    bench.member("hanako@example.jp", PASSWORD, "+819012345678", member_number="1")
    walk = bench.sign_in("portal").press("link:forgot", email="hanako@example.jp", password="")
    assert walk.page == "user_details"
    walk.press("send_code", email="hanako@example.jp")
    walk.press("verify_code", code=walk.code())
    assert walk.page == "email_verified"
    walk.press("continue")
    walk.press("continue", new_password="Hinode-2026!", new_password_confirm="Hinode-2026!")
    assert walk.page == "verify_phone"  # no second mail code: the address was proven in this journey
    walk.press("sms")
    walk.press("verify_code", code=walk.code())
    assert isinstance(walk.look(), Authenticated)
    assert bench.stores.passwords.get("s-hanako@example.jp") == "plain:Hinode-2026!"


def test_wrong_codes_are_counted_and_the_fifth_ends_the_code(bench: Bench):
    bench.member("taro@example.jp", PASSWORD, member_number="1")
    walk = bench.sign_in("portal").press("continue", email="taro@example.jp", password=PASSWORD)
    right = walk.code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(4):
        assert walk.press("verify_code", code=wrong).problems == ["code.wrong"]
    assert walk.press("verify_code", code=wrong).problems == ["code.too_many"]
    assert walk.press("verify_code", code=right).problems == ["code.too_many"]


def test_a_code_typed_full_width_with_hyphens_is_accepted(bench: Bench):
    bench.member("taro@example.jp", PASSWORD, member_number="1")
    walk = bench.sign_in("portal").press("continue", email="taro@example.jp", password=PASSWORD)
    code = walk.code()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code[:3]) + " - " + code[3:]
    assert walk.press("verify_code", code=wide).page == "enroll_phone"


def test_an_unanswered_call_can_be_had_as_sms_and_a_landline_only_as_another_call(bench: Bench):
    bench.member("taro@example.jp", PASSWORD, member_number="1")
    walk = bench.sign_in("app").press("continue", email="taro@example.jp", password=PASSWORD)
    walk.press("call", country="JP", phone="090-1234-5678")
    assert "sms" in [button.action for button in walk.screen.buttons]
    bench.deliver()
    walk.press("sms")
    walk.press("verify_code", code=walk.code())
    assert isinstance(walk.look(), Authenticated)
    assert [mail.channel for mail in bench.sent] == ["voice", "sms"] or bench.sent[-1].channel == "sms"
    other = bench.sign_in("app").press("continue", email="taro@example.jp", password=PASSWORD)
    assert other.page == "verify_phone"
