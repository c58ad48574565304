"""Every page of the sample site in every state it can be in: fresh, refused, resent, too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from idp.flows.screen import Notice, Problem, Screen
from tests.pages.screens import (
    account_details,
    confirmation,
    consent,
    done,
    email_address,
    email_verified,
    enroll_phone,
    enroll_phone_code,
    field,
    good,
    guardian_email,
    has_account,
    identifier,
    identifier_taken,
    identifier_unknown,
    mail_sent,
    new_password,
    open_link,
    registration,
    sign_in,
    user_details,
    verify_email,
    verify_identifier,
    verify_phone,
    verify_phone_call,
    which_person,
    wrong,
)


def sent_before(what: str) -> Notice:
    return Notice(message=f"{what}.sent_before", params={"until": "2026-11-22T05:06:00+00:00"})


PAGES: Mapping[str, Screen] = {
    "email_address": email_address,
    "email_address-empty": wrong(
        email_address, Problem(message="required", field="email"), Problem(message="required", field="birth_date")
    ),
    "mail_sent": mail_sent,
    "mail_sent-again": good(mail_sent, "link.sent_again"),
    "mail_sent-before": replace(mail_sent, notices=(sent_before("link"),)),
    "mail_sent-wait": wrong(mail_sent, Problem(message="code.wait", params={"until": "2026-11-22T05:06:00+00:00"})),
    "open_link": open_link,
    "registration": replace(registration, problems=()),
    "registration-wrong": wrong(
        registration, Problem(message="phone.too_short", field="phone"), Problem(message="required", field="branch")
    ),
    "confirmation": confirmation,
    "done": done,
    "user_details": user_details,
    "user_details-too-early": wrong(user_details, Problem(message="code.send_first", field="email")),
    "user_details-dots": wrong(
        replace(user_details, fields=(field("email", email="taro..momiji@example.jp"),)),
        Problem(message="email.mobile_dots", field="email"),
    ),
    "verify_email": verify_email,
    "verify_email-wrong": wrong(verify_email, Problem(message="code.wrong", field="code", params={"tries_left": 3})),
    "verify_email-too-many": wrong(verify_email, Problem(message="code.too_many", field="code")),
    "verify_email-expired": wrong(verify_email, Problem(message="code.expired", field="code")),
    "verify_email-again": good(verify_email, "code.sent_again"),
    "verify_email-before": replace(verify_email, notices=(sent_before("code"),)),
    "verify_email-wait": wrong(
        verify_email, Problem(message="code.wait", params={"until": "2026-11-22T05:06:00+00:00"})
    ),
    "verify_email-locked": wrong(verify_email, Problem(message="code.locked", field="code", params={"minutes": 60})),
    "verify_email-limit": wrong(verify_email, Problem(message="send.limit", params={"channel": "mail"})),
    "email_verified": email_verified,
    "which_person": which_person,
    "which_person-no-match": wrong(which_person, Problem(message="person.no_match", field="birth_date")),
    "new_password": new_password,
    "new_password-classes": wrong(new_password, Problem(message="password.classes", field="new_password")),
    "new_password-short": wrong(
        new_password, Problem(message="password.too_short", field="new_password", params={"min": 8, "max": 128})
    ),
    "sign_in": sign_in,
    "sign_in-wrong": wrong(
        replace(sign_in, fields=(field("email", email="hanako@example.jp"), field("password"))),
        Problem(message="password.wrong", field="password"),
    ),
    "sign_in-busy": wrong(sign_in, Problem(message="busy")),
    "enroll_phone": enroll_phone,
    "enroll_phone-no-sms": wrong(enroll_phone, Problem(message="phone.no_sms", field="phone")),
    "enroll_phone-foreign": wrong(enroll_phone, Problem(message="phone.not_allowed", field="phone")),
    "enroll_phone_code": enroll_phone_code,
    "verify_phone": verify_phone,
    "verify_phone-moved-on": wrong(verify_phone, Problem(message="moved_on")),
    "verify_phone_code-call": verify_phone_call,
    "guardian_email": guardian_email,
    "account_details": account_details,
    "has_account": has_account,
    "identifier": identifier,
    "identifier-invalid": wrong(identifier, Problem(message="identifier.invalid", field="identifier")),
    "verify_identifier": verify_identifier,
    "identifier_taken": identifier_taken,
    "identifier_unknown": identifier_unknown,
    "consent": consent,
}
