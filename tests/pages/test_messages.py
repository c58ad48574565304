"""Mails, SMS and calls as they leave the house."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.config.site import CodePolicy
from idp.delivery.messages import MessageRenderer, UnknownTemplate
from tests.page_tree import Tree
from tests.pages.drawing import LOCALES, texts
from tests.pages.screens import NOW, SITE

ENTERED = {"email": "shinnyu@example.jp", "birth_date": "2007-04-02"}
LINK = "http://localhost:9000/link/Qm7x2VfK9sTz"
LATER = "2026-11-22T06:05:00+00:00"
START = "http://localhost:9000/start/"
MAILS = {
    "sign_up_link": {"entered": ENTERED, "expires_at": LATER, "client_id": "portal", "return_to": None},
    "code": {"expires_at": LATER},
    "sign_up_known": {"client_id": "portal", "return_to": "http://localhost:9001/", "entered": ENTERED},
    "no_account": {"client_id": "guide"},
    "try_later": {},
    "registered": {"email": "shinnyu@example.jp", "client_id": "portal", "return_to": None, "at": LATER},
    "password_changed": {"at": LATER, "email": "hanako@example.jp"},
    "phone_added": {"at": LATER, "phone": "090-****-**78"},
    "login_added": {"at": LATER, "identifier": "090-****-**78"},
}


class Stopped:
    def now(self):
        return NOW


def renderer(site=SITE):
    return MessageRenderer(site=site, texts=texts(), clock=Stopped())


def order(template, channel="mail", locale="ja", code=None, link=None, **params: object):
    to = "shinnyu@example.jp" if channel == "mail" else "+819012345678"
    return {
        "template": template,
        "channel": channel,
        "to": to,
        "locale": locale,
        "params": params,
        "code": code,
        "link": link,
    }


def mail(template, locale="ja", **more: object):
    code = "048302" if template == "code" else None
    link = LINK if template == "sign_up_link" else None
    values = {**MAILS[template], **more}
    return renderer().render(order(template, locale=locale, code=code, link=link, **values), "m1")


def said(html):
    return Tree(html).root.all("body")[0].text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", MAILS)
def test_both_parts_of_a_mail_say_the_same(template, locale):
    message = mail(template, locale)
    assert message.id == "m1"
    assert message.subject
    html = said(message.html)
    for line in message.text.splitlines():
        for part in line.split(": ") if not line.startswith("http") else [line]:
            # The text part has words of its own only where the other one speaks of a button.
            if "URL" in part or "address below" in part or not part:
                continue
            assert part in html
    assert "{" not in message.text + html + message.subject
    assert "None" not in message.text + html


def test_the_sign_up_mail_is_the_manuals():
    message = mail("sign_up_link")
    assert message.subject == "【大学生協】univcoop マイポータル 登録手続き開始URLのお知らせ"
    assert message.link == LINK
    for part in (message.text, said(message.html)):
        assert LINK in part
        assert "※URLの有効期限は、発行後 1 時間です" in part
        assert "2026年11月22日 15:05 まで" in part
        assert "【メールアドレス登録で入力頂いた内容】" in part
        assert "shinnyu@example.jp" in part
        assert "2007年4月2日" in part


def test_the_code_is_in_the_subject_and_may_begin_with_0():
    message = mail("code")
    assert message.subject == "【大学生協】048302 は確認コードです"
    assert message.code == "048302"
    assert "\n048302\n" in message.text
    assert "15:05 まで使えます" in message.text


@pytest.mark.parametrize(
    ("template", "leads_to"),
    [
        ("sign_up_known", "set_password?client_id=portal&return_to=http%3A%2F%2Flocalhost%3A9001%2F"),
        ("registered", "set_password?client_id=portal"),
        ("no_account", "sign_up?client_id=portal"),
        ("password_changed", "set_password?client_id=portal"),
    ],
)
def test_mails_without_a_secret_lead_to_the_next_sensible_step(template, leads_to):
    message = mail(template)
    assert message.link == START + leads_to
    assert message.link in message.text
    assert message.link.replace("&", "&amp;") in message.html


def test_a_mail_that_leads_nowhere_has_no_button():
    assert mail("try_later").link is None
    assert "<a " not in mail("try_later").html


def test_a_link_whose_client_is_unknown_is_left_out():
    assert mail("registered", client_id=None).link is None


def test_mails_need_no_pictures_and_no_scripts():
    for template in MAILS:
        html = mail(template).html
        for tag in ("<img", "<script", "<table", "url(", "<link"):
            assert tag not in html


POISON = '<a href="https://evil.example">x</a>\r\nBcc: v@example.jp\u2028{site}'


@pytest.mark.parametrize("template", MAILS)
def test_what_was_typed_stays_one_line_of_text(template):
    values = dict.fromkeys(("email", "birth_date", "phone", "identifier", "at", "name", "expires_at"), POISON)
    message = mail(template, **{**values, "entered": values})
    assert "Bcc: v@example.jp" not in message.text.splitlines()
    assert "\r" not in message.text + message.subject
    assert 'href="https://evil.example"' not in message.html
    assert "\n" not in message.subject


@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_begins_with_the_code_and_ends_with_our_host(locale):
    message = renderer().render(order("code", "sms", locale, code="048213"), "s1")
    assert message.text.startswith("048213 ")
    assert message.text.splitlines()[-1] == "@localhost #048213"
    assert message.subject is None
    assert message.html is None
    assert message.code == "048213"


@pytest.mark.parametrize("issuer", ["https://login.example.jp", "https://id." + "l" * 40 + ".example.jp"])
@pytest.mark.parametrize("name", ["大学生協", "とても長い名前の生活協同組合連合会"])
def test_a_japanese_sms_is_one_segment(issuer, name):
    site = replace(SITE, issuer=issuer, names={"ja": name})
    text = renderer(site).render(order("code", "sms", code="048213"), "s1").text
    assert len(text) <= 70 + max(0, len(issuer) - 50)
    assert text.splitlines()[-1] == f"@{issuer.removeprefix('https://')} #048213"


def test_an_sms_says_how_long_its_code_lives():
    site = replace(SITE, codes={**SITE.codes, "sms": CodePolicy(digits=6, life=SITE.codes["mail"].life)})
    assert "10分間有効です" in renderer(site).render(order("code", "sms", code="1"), "s1").text


@pytest.mark.parametrize(("locale", "digits"), [("ja", "0、4、8、2、1、3"), ("en", "0, 4, 8, 2, 1, 3")])
def test_a_call_waits_for_a_key_and_reads_the_digits_twice(locale, digits):
    text = renderer().render(order("code", "voice", locale, code="048213"), "v1").text
    before, after = text.splitlines()
    assert "048213" not in text
    assert digits not in before
    assert after.count(digits) == 2


def test_a_language_the_site_does_not_have_becomes_its_first():
    assert renderer().render(order("try_later", locale="xx"), "m1").locale == "ja"


def test_another_flows_link_mail_takes_the_general_words():
    message = renderer().render(order("join_link", link=LINK, expires_at=LATER), "m1")
    assert LINK in message.text


def test_a_template_nobody_wrote_is_an_error():
    with pytest.raises(UnknownTemplate):
        renderer().render(order("no_such_mail"), "m1")
