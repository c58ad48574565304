"""J4: a guardian signs up with a code, a password and a landline."""

from __future__ import annotations

from tests.e2e.walks import NEW_PASSWORD, Member, Visitor, methods_of


def test_a_guardian_with_a_landline_ends_signed_in_at_the_portal(visitor):
    visitor.go("guide", "扶養者・保護者の方はこちら")
    assert visitor.page.name == "guardian_email"
    visitor.prove_address("oya@guardians.example.jp")
    page = visitor.press("continue", name="保護 者子", new_password=NEW_PASSWORD, new_password_confirm=NEW_PASSWORD)
    assert page.name == "enroll_phone", page.problems
    assert visitor.press("sms", phone="03-1234-5678").problem == "phone.no_sms"
    visitor.press("call", phone="03-1234-5678")
    page = visitor.type_code("+81312345678", "voice")
    assert visitor.stands_at("portal"), page.text
    claims = visitor.claims()
    assert (claims["email"], claims["name"], claims["acr"]) == ("oya@guardians.example.jp", "保護 者子", "mfa")
    assert {"pwd", "tel", "mfa"} <= methods_of(page)
    assert [m["channel"] for m in visitor.product.outbox.messages("+81312345678")] == ["voice"]
    guardian = Member("oya@guardians.example.jp", "+81312345678", NEW_PASSWORD)
    later = Visitor(visitor.product)
    later.go("portal", "サインイン")
    later.press("continue", **guardian.password_form)
    assert later.page.name == "verify_phone", "a sign-up at the portal was the first sign-in there"


def test_it_begins_from_inside_a_sign_in_and_ends_at_the_client_that_started_it(visitor):
    visitor.go("app", "サインイン")
    visitor.press("link:sign_up")
    visitor.prove_address("inside@guardians.example.jp")
    visitor.press("continue", name="内側 人", new_password=NEW_PASSWORD, new_password_confirm=NEW_PASSWORD)
    visitor.enroll_phone("+818071510001")
    assert visitor.stands_at("app"), visitor.page.text


def test_an_address_with_an_account_keeps_it_and_chooses_a_password_anew(visitor, member):
    visitor.go("guide", "扶養者・保護者の方はこちら")
    visitor.prove_address(member.email)
    assert visitor.page.name == "has_account"
    visitor.press("continue")
    visitor.choose_password()
    visitor.enroll_phone(member.phone)
    assert visitor.stands_at("portal")
    assert visitor.claims()["email"] == member.email
