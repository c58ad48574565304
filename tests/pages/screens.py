"""A realistic `Screen` for every page of the sample site and every state of it, as the steps give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from idp.config.site_folder import Frame, load_folder
from idp.domain.client import Client
from idp.flows.screen import Button, Field, FieldType, Notice, Option, Problem, Progress, Screen, ScreenKind, Shown
from idp.steps.fields import build_field
from idp.web.pages.context import PageContext, Purpose

SITE_FOLDER = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)
ROAD = ("email_address", "mail_sent", "registration", "confirmation", "done")
CANCEL = Button(action="cancel", text="cancel", style="quiet", formnovalidate=True)
BACK = Button(action="back", text="back", style="quiet", formnovalidate=True)
CONTINUE = Button(action="continue", text="continue", style="primary")
SEND = Button(action="send_code", text="send_code", style="primary")
NOT_YET = Button(action="continue", text="continue", disabled=True, why="send_code_first")

_loaded = load_folder(SITE_FOLDER, Frame(is_development=True))
assert _loaded.site
assert _loaded.attributes
assert _loaded.clients
SITE, ATTRIBUTES = _loaded.site, _loaded.attributes
CLIENTS: Mapping[str, Client] = {client.id: client for client in _loaded.clients}


def context(
    locale: str = "ja", client: str | None = "portal", purpose: Purpose | None = Purpose.SIGN_IN, **more: object
) -> PageContext:
    found = CLIENTS[client] if client else None
    values = {"url": "/journey/abc", "csrf": "csrf-token", "step": "step-7", **more}
    return PageContext(locale=locale, now=NOW, client=found, purpose=purpose, **values)


def at(road: str) -> Progress:
    return Progress(names=ROAD, at=ROAD.index(road))


def field(name: str, *, required: bool = True, value: str = "", **typed: str) -> Field:
    return build_field(ATTRIBUTES.by_name[name], required=required, value=value, typed=typed, now=NOW, site=SITE)


def shown(name: str, value: str, *, proven: bool = False, change: bool = False) -> Shown:
    item = field(name, required=False)
    return Shown(
        name=name,
        value=value,
        labels=item.labels,
        type=item.type,
        options=item.options,
        is_proven=proven,
        change=f"change:{name}" if change else None,
    )


def readonly_email(value: str) -> Field:
    return Field(
        name="email",
        type=FieldType.EMAIL,
        required=False,
        labels={"ja": "メールアドレス", "en": "Email address"},
        value=value,
        autocomplete="username",
        readonly=True,
    )


def code(page: str, flow: str, channel: str, to: str, *, back: bool = True) -> Screen:
    buttons = (
        Button(action="verify_code", text="verify_code", style="primary"),
        Button(action="resend", text="resend", formnovalidate=True, why="resend_hint"),
        *((BACK,) if back else ()),
        CANCEL,
    )
    kind = FieldType.EMAIL if channel == "mail" else FieldType.PHONE
    return Screen(
        kind=ScreenKind.CODE,
        page=page,
        flow=flow,
        fields=(
            Field(
                name="code",
                type=FieldType.CODE,
                required=True,
                labels={},
                autocomplete="one-time-code",
                max_length=12,
            ),
        ),
        shown=(Shown(name="sent_to", value=to, labels={}, type=kind),),
        buttons=buttons,
        params={"channel": channel, "digits": 6, "expires_at": "2026-11-22T05:15:00+00:00", "domain": "univ.coop"},
    )


def wrong(screen: Screen, *problems: Problem) -> Screen:
    return replace(screen, problems=problems)


def good(screen: Screen, *messages: str) -> Screen:
    return replace(screen, notices=tuple(Notice(message=message) for message in messages))


def form(
    page: str, flow: str, *fields: Field, buttons: tuple[Button, ...] = (CONTINUE, CANCEL), **more: object
) -> Screen:
    return Screen(kind=ScreenKind.FORM, page=page, flow=flow, fields=fields, buttons=buttons, **more)


def message(page: str, flow: str, *buttons: Button, **more: object) -> Screen:
    return Screen(kind=ScreenKind.MESSAGE, page=page, flow=flow, buttons=buttons, **more)


def link(name: str) -> Button:
    return Button(action=f"link:{name}", text=f"link:{name}", style="way", formnovalidate=True)


WAYS = (
    Button(action="sms", text="sms", style="primary", why="sms_hint"),
    Button(action="call", text="call", why="call_hint"),
    CANCEL,
)
PHONE = (
    Field(
        name="country",
        type=FieldType.SELECT,
        required=True,
        labels={},
        value="JP",
        options=tuple(Option(value=code, labels={}) for code in ("JP", "KR", "CN", "TW", "VN", "US")),
        autocomplete="tel-country-code",
    ),
    Field(name="phone", type=FieldType.PHONE, required=True, labels={}, autocomplete="tel", max_length=40),
)
REGISTRATION = (
    field("birth_date", value="2007-04-02"),
    field("name", value="新入 生"),
    field("kana", value="シンニュウ セイ"),
    field("sex", required=False),
    field("phone", phone="090-1234-567"),
    field("postcode", value="166-8532"),
    field("address", value="東京都見本区例町1-2-3 見本荘 101"),
    field("branch"),
    field("member_type", value="applicant"),
    field("admission_year", required=False, value="2027"),
    field("remarks", required=False),
)
SUMMARY = {
    "email": "shinnyu@example.jp",
    "birth_date": "2007-04-02",
    "name": "新入 生",
    "kana": "シンニュウ セイ",
    "sex": "",
    "phone": "+819012345678",
    "postcode": "166-8532",
    "address": "東京都見本区例町1-2-3 見本荘 101",
    "branch": "見本大学",
    "member_type": "applicant",
    "admission_year": "2027",
    "remarks": "入学前に相談したいことがあります。\n平日の午後が希望です。",
}

email_address = form(
    "email_address",
    "sign_up",
    field("email"),
    field("birth_date"),
    progress=at("email_address"),
    params={"domain": "univ.coop"},
)
mail_sent = Screen(
    kind=ScreenKind.MAIL_SENT,
    page="mail_sent",
    flow="sign_up",
    shown=(Shown(name="sent_to", value="shinnyu@example.jp", labels={}, type=FieldType.EMAIL),),
    buttons=(Button(action="resend", text="resend_link", why="resend_link_hint"), BACK, CANCEL),
    params={"expires_at": "2026-11-22T06:05:00+00:00", "domain": "univ.coop"},
    progress=at("mail_sent"),
)
open_link = Screen(
    kind=ScreenKind.LINK,
    page="open_link",
    flow="sign_up",
    shown=(Shown(name="sent_to", value="s***@example.jp", labels={}, type=FieldType.EMAIL),),
    buttons=(Button(action="continue", text="continue", style="primary"),),
    progress=at("mail_sent"),
)
registration = form(
    "registration",
    "sign_up",
    *REGISTRATION,
    buttons=(CONTINUE, BACK, CANCEL),
    shown=(shown("email", "shinnyu@example.jp", proven=True),),
    progress=at("registration"),
)
confirmation = Screen(
    kind=ScreenKind.SUMMARY,
    page="confirmation",
    flow="sign_up",
    shown=tuple(shown(name, value, change=name != "email", proven=name == "email") for name, value in SUMMARY.items()),
    buttons=(CONTINUE, BACK, CANCEL),
    progress=at("confirmation"),
)
done = Screen(
    kind=ScreenKind.DONE,
    page="done",
    flow="sign_up",
    shown=(shown("email", "shinnyu@example.jp"),),
    buttons=(CONTINUE, CANCEL),
    progress=at("done"),
)
user_details = form("user_details", "set_password", field("email"), buttons=(SEND, NOT_YET, CANCEL))
verify_email = code("verify_email", "set_password", "mail", "kumiai@example.jp")
email_verified = message(
    "email_verified", "set_password", CONTINUE, CANCEL, shown=(shown("email", "kumiai@example.jp", proven=True),)
)
which_person = form("which_person", "set_password", field("birth_date"))
new_password = form(
    "new_password",
    "choose_password",
    readonly_email("shinnyu@example.jp"),
    field("new_password"),
    replace(field("new_password_confirm"), rules=()),
    shown=(shown("email", "shinnyu@example.jp", proven=True),),
)
sign_in = form(
    "sign_in",
    "sign_in",
    field("email"),
    field("password"),
    buttons=(CONTINUE, link("forgot"), link("register"), link("sign_up"), CANCEL),
)
enroll_phone = Screen(kind=ScreenKind.PHONE, page="enroll_phone", flow="sign_in", fields=PHONE, buttons=WAYS)
verify_phone = Screen(
    kind=ScreenKind.PHONE,
    page="verify_phone",
    flow="sign_in",
    shown=(Shown(name="phone", value="090-****-**78", labels={}, type=FieldType.PHONE),),
    buttons=WAYS,
)
enroll_phone_code = code("enroll_phone_code", "sign_in", "sms", "+819012345678")
verify_phone_call = code("verify_phone_code", "sign_in", "voice", "090-****-**78")
guardian_email = form("guardian_email", "sign_up_with_code", field("email"), buttons=(SEND, NOT_YET, CANCEL))
account_details = form(
    "account_details",
    "sign_up_with_code",
    readonly_email("oya@example.jp"),
    field("name"),
    field("new_password"),
    replace(field("new_password_confirm"), rules=()),
    shown=(shown("email", "oya@example.jp", proven=True),),
)
has_account = message(
    "has_account", "sign_up_with_code", CONTINUE, CANCEL, shown=(shown("email", "oya@example.jp", proven=True),)
)
identifier = form("identifier", "wallet", field("identifier"), buttons=(SEND, CANCEL))
verify_identifier = code("verify_identifier", "wallet", "sms", "+819012345678")
identifier_taken = message(
    "identifier_taken",
    "wallet",
    replace(BACK, style="primary", text="another_identifier"),
    Button(action="continue", text="sign_in_as_other"),
    CANCEL,
    params={"identifier": "090-****-**78"},
)
identifier_unknown = message(
    "identifier_unknown",
    "wallet",
    Button(action="link:sign_in", text="sign_in", style="primary"),
    BACK,
    CANCEL,
    params={"identifier": "m***@example.jp"},
)
consent = Screen(
    kind=ScreenKind.CONSENT,
    page="consent",
    flow="wallet",
    shown=(
        shown("name", "組合 花子"),
        shown("email", "hanako@example.jp"),
        Shown(name="phone", value="090-****-**78", labels={"ja": "電話番号", "en": "Phone number"}),
        shown("member_number", "1234-5678"),
        shown("birth_date", "2005-06-15"),
        shown("member_type", "student"),
    ),
    buttons=(
        Button(action="allow", text="allow", style="primary"),
        Button(action="deny", text="deny", formnovalidate=True),
    ),
    scopes=("openid", "profile", "email"),
)
