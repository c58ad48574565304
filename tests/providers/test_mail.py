"""Mails as a mail server gets them."""

import email
import email.policy
import random
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import pytest

from idp.domain.ports import DeliveryFailed
from idp.providers.mail.mime import build_mail
from tests.providers.mailbox import HEADERS, SENDER, SUBJECT, message


def only_mail(handler):
    (envelope,) = handler.mails
    return envelope, email.message_from_bytes(envelope.content)


def decoded(value):
    return str(make_header(decode_header(value)))


def test_a_japanese_mail_arrives_as_it_was_written(sender, handler, clock):
    sender.send(message())
    envelope, mail = only_mail(handler)
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["hanako@example.jp"])
    assert decoded(mail["Subject"]) == SUBJECT
    assert decoded(mail["From"]) == f"univcoop マイポータル <{SENDER}>"
    assert mail["To"] == "hanako@example.jp"
    assert mail["Message-ID"] == "<m1@univ.coop>"
    assert parsedate_to_datetime(mail["Date"]) == clock.now()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["MIME-Version"] == "1.0"


def test_a_mail_has_a_text_and_an_html_part_in_utf_8(sender, handler):
    sender.send(message())
    _, mail = only_mail(handler)
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.get_payload()
    assert [part.get_content_type() for part in (plain, html)] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in (plain, html)} == {"utf-8"}
    assert plain.get_payload(decode=True).decode().splitlines() == message().text.splitlines()
    assert html.get_payload(decode=True).decode() == message().html


def test_a_mail_without_html_has_one_part(sender, handler):
    sender.send(message(html=None))
    assert [part.get_content_type() for part in only_mail(handler)[1].get_payload()] == ["text/plain"]


def test_the_name_of_the_sender_follows_the_language(sender, handler):
    sender.send(message(locale="en"))
    assert only_mail(handler)[1]["From"] == f"univcoop My Portal <{SENDER}>"


@pytest.mark.spec("RFC5322", "2.1.1")
@pytest.mark.parametrize("text", ["あ" * 5000, "a" * 5000, "line\n" * 2000, ""])
def test_no_line_is_too_long_and_every_line_ends_with_crlf(text, clock):
    raw = build_mail(message(subject=text, text=text, html=text), sender=SENDER, names={"ja": text}, now=clock.now())
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert raw.isascii()


def test_any_mixture_of_scripts_and_spaces_decodes_to_the_same_subject(clock):
    chance = random.Random(1)
    pieces = [
        "日本語の長い件名",
        "コード",
        "123456",
        "abc",
        " ",
        "  ",
        "é",
        "【",
        "】",
        "(",
        ")",
        ":",
        ",",
        '"',
        "=?utf-8?q?x?=",
        "🎓",
        "a" * 40,
    ]
    for _ in range(300):
        subject = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 18))).strip()
        raw = build_mail(message(subject=subject), sender=SENDER, names={"ja": subject}, now=clock.now())
        mail = email.message_from_bytes(raw)
        assert decoded(mail["Subject"]) == subject
        assert decoded(mail["From"]).replace(" ", "") == f"{subject}<{SENDER}>".replace(" ", "")


@pytest.mark.parametrize(
    "ending", ["\r\n", "\n", "\r", "\r\n ", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]
)
def test_no_text_can_become_another_header(sender, handler, ending):
    evil = f"Hello{ending}Bcc: everyone@example.jp{ending}{ending}body"
    sender.send(message(subject=evil, text=evil, html=evil))
    _, mail = only_mail(handler)
    assert set(mail.keys()) == HEADERS
    assert " ".join(decoded(mail["Subject"]).split()) == "Hello Bcc: everyone@example.jp body"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hanako",
        "@example.jp",
        "hanako@",
        "a@example.jp,b@example.jp",
        "a@example.jp;b@example.jp",
        "a@example.jp b@example.jp",
        "a@example.jp\nBcc: b@example.jp",
        "a@example.jp\r\nDATA",
        "a\n@example.jp",
        "<a@example.jp>",
        "Name <a@example.jp>",
        "a@b@example.jp",
        '"a b"@example.jp',
        "a@example.jp>",
        "花子@example.jp",
        "a@" + "b" * 300,
        "a@-example.jp",
        "a@exam ple.jp",
        "a@[127.0.0.1]",
        "a@..",
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail_ever(sender, handler, address):
    with pytest.raises(DeliveryFailed) as caught:
        sender.send(message(to=address))
    assert caught.value.is_final
    assert handler.mails == []
    assert not address or address not in str(caught.value)


def test_old_japanese_mobile_addresses_and_japanese_domains_get_theirs(sender, handler):
    sender.send(message(to="a..b.@docomo.ne.jp"))
    sender.send(message(to="a+b@例え.jp"))
    assert [mail.rcpt_tos for mail in handler.mails] == [["a..b.@docomo.ne.jp"], ["a+b@xn--r8jz45g.jp"]]
