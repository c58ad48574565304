"""Mails as a mail server gets them."""

import email
import email.policy
import random
import socket
import threading
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import pytest
from aiosmtpd.controller import Controller

from idp.domain.challenge import Channel
from idp.domain.outbox import Message
from idp.domain.ports import DeliveryFailed
from idp.providers.mail.mime import BadAddress, build_mail, parse_recipient
from idp.providers.mail.smtp import BadMailUrl, SmtpSender, SmtpServer, parse_smtp_url

SUBJECT = "【大学生協】univcoop マイポータル 登録手続き開始URLのお知らせ"
NAMES = {"ja": "univcoop マイポータル", "en": "univcoop My Portal"}
SENDER = "noreply@univ.coop"


def message(**changes: object):
    values = {
        "id": "m1",
        "channel": Channel.MAIL,
        "to": "hanako@example.jp",
        "subject": SUBJECT,
        "text": "次のURLを開いてください。\n※このメールは\r\n.\nFrom here",
        "html": "<p>次のURLを開いてください。</p>",
        "locale": "ja",
    }
    return Message(**{**values, **changes})


HEADERS = {
    "Content-Type",
    "MIME-Version",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
}


class Handler:
    """Keeps what comes in; answers what the test says."""

    def __init__(self) -> None:
        self.mails, self.answers = [], {}

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802 # aiosmtpd's name
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 # aiosmtpd's name
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 # aiosmtpd's name
        if "data" in self.answers:
            return self.answers["data"]
        self.mails.append(envelope)
        return "250 OK"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802 # aiosmtpd's name
        return self.answers.get("quit", "221 Bye")


@pytest.fixture(scope="module")
def controller():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def handler(controller):
    controller.handler.mails.clear()
    controller.handler.answers.clear()
    return controller.handler


@pytest.fixture
def sender(controller, clock):
    return SmtpSender(parse_smtp_url(f"smtp://127.0.0.1:{controller.port}"), sender=SENDER, names=NAMES, clock=clock)


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


@pytest.mark.spec("RFC5321", "4.2.1")
@pytest.mark.parametrize(
    ("stage", "answer", "is_final"),
    [
        ("rcpt", "550 No such user hanako@example.jp", True),
        ("rcpt", "450 Greylisted", False),
        ("rcpt", "421 Too busy", False),
        ("data", "554 Spam", True),
        ("data", "451 Later", False),
        ("mail", "550 Who are you", False),
        ("mail", "451 Later", False),
    ],
)
def test_a_refusal_of_the_mail_is_final_and_other_trouble_is_not(sender, handler, stage, answer, is_final):
    handler.answers[stage] = answer
    with pytest.raises(DeliveryFailed) as caught:
        sender.send(message())
    assert caught.value.is_final is is_final
    assert "hanako" not in str(caught.value)
    assert answer[:3] in str(caught.value)


def test_a_mail_that_was_taken_is_not_sent_again_for_a_bad_goodbye(sender, handler):
    handler.answers["quit"] = "500 What"
    sender.send(message())
    assert len(handler.mails) == 1


def test_a_server_that_is_down_is_tried_again(clock):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    server = SmtpServer(host="127.0.0.1", port=port, is_tls=False, starttls=False)
    with pytest.raises(DeliveryFailed) as caught:
        SmtpSender(server, sender=SENDER, names=NAMES, clock=clock).send(message())
    assert not caught.value.is_final


def test_a_server_that_talks_no_smtp_is_tried_again(clock):
    with socket.create_server(("127.0.0.1", 0)) as strange:
        threading.Thread(target=answer_in_http, args=(strange,), daemon=True).start()
        server = SmtpServer(host="127.0.0.1", port=strange.getsockname()[1], is_tls=False, starttls=False)
        with pytest.raises(DeliveryFailed) as caught:
            SmtpSender(server, sender=SENDER, names=NAMES, clock=clock).send(message())
    assert not caught.value.is_final


def answer_in_http(listener):
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")


@pytest.fixture(params=["smtps", "smtp"])
def tls_url(request, handler, certificate):
    """A server that speaks TLS from the first byte, or demands STARTTLS."""
    ways = {"smtps": {"ssl_context": certificate[1]}, "smtp": {"tls_context": certificate[1], "require_starttls": True}}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    way = ways[request.param]
    controller = Controller(handler, hostname="localhost", port=port, **way)
    controller.start()
    yield f"{request.param}://localhost:{port}?starttls={'yes' if request.param == 'smtp' else 'no'}"
    controller.stop()


def test_tls_needs_a_root_we_know(tls_url, handler, clock, certificate):
    def send(ca_file):
        server = parse_smtp_url(tls_url)
        SmtpSender(server, sender=SENDER, names=NAMES, clock=clock, ca_file=ca_file).send(message())

    with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
        send(None)
    assert handler.mails == []
    send(certificate[0])
    assert len(handler.mails) == 1


def test_without_starttls_nothing_is_sent_when_it_is_demanded(controller, handler, clock):
    server = SmtpServer(host="127.0.0.1", port=controller.port, is_tls=False, starttls=True)
    with pytest.raises(DeliveryFailed, match="SMTPNotSupportedError"):
        SmtpSender(server, sender=SENDER, names=NAMES, clock=clock).send(message())
    assert handler.mails == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.jp", ("mail.example.jp", 587, False, True, None, None)),
        ("smtp://mail.example.jp:25?starttls=no", ("mail.example.jp", 25, False, False, None, None)),
        ("smtps://u%40x:p%3Aw@mail.example.jp", ("mail.example.jp", 465, True, False, "u@x", "p:w")),
        ("smtp://u:p@mail.example.jp", ("mail.example.jp", 587, False, True, "u", "p")),
        ("smtp://u:p@localhost:2525", ("localhost", 2525, False, False, "u", "p")),
    ],
)
def test_the_url_says_where_and_how(url, expected):
    server = parse_smtp_url(url)
    assert (server.host, server.port, server.is_tls, server.starttls, server.user, server.password) == expected
    assert "password" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp:mail.example.jp",
        "smtp://mail:x",
        "smtp://mail:99999",
        "smtp://u:secret@mail.example.jp?starttls=no",
        "smtp://u:secret@mail.example.jp/path",
        "smtp://u:secret@mail.example.jp?tls=yes",
        "smtp://u:secret@mail.example.jp?starttls=maybe",
        "http://u:secret@mail.example.jp",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url):
    with pytest.raises(BadMailUrl) as caught:
        parse_smtp_url(url)
    assert "secret" not in str(caught.value)


def test_a_sender_that_is_no_address_stops_the_start(clock):
    server = SmtpServer(host="localhost", port=25, is_tls=False, starttls=False)
    with pytest.raises(BadAddress):
        SmtpSender(server, sender="univ.coop\n", names=NAMES, clock=clock)


def test_a_recipient_comes_back_as_it_is():
    assert parse_recipient("Hanako+tag@Example.JP") == "Hanako+tag@Example.JP"
