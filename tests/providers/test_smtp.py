"""Mail servers that refuse, are away, or want TLS."""

import socket
import threading

import pytest
from aiosmtpd.controller import Controller

from idp.domain.ports import DeliveryFailed
from idp.providers.mail.mime import BadAddress, parse_recipient
from idp.providers.mail.smtp import BadMailUrl, SmtpSender, SmtpServer, parse_smtp_url
from tests.providers.mailbox import NAMES, SENDER, message


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
