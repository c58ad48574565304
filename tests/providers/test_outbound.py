"""Servers that misbehave, and places nobody should be sent to."""

import gzip
import socket
import time

import pytest

from idp.domain.ports import HookFailed
from idp.providers.outbound import MAX_ANSWER, AddressRefused, CallFailed, Outbound
from tests.providers.server import DEVELOPMENT, PRODUCTION, SLOW, call, good, hook


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW.keys())
def test_a_slow_answer_is_cut_at_the_total_time_out(serve, answer):
    begun = time.monotonic()
    with pytest.raises(HookFailed, match="too long"):
        call(hook(serve(answer), seconds=0.4))
    assert time.monotonic() - begun < 0.7


def test_a_server_that_never_accepts_is_cut_too(outbound):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.create_connection(full.getsockname()):
        begun = time.monotonic()
        with pytest.raises(CallFailed):
            outbound.post(f"http://127.0.0.1:{full.getsockname()[1]}/", b"", {}, seconds=0.4)
        assert time.monotonic() - begun < 0.7


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
    ],
)
def test_an_endless_answer_is_cut_at_256_kib(serve, head):
    def endless():
        yield head
        while True:
            yield b" " * 65536

    begun = time.monotonic()
    with pytest.raises(HookFailed, match="256 KiB"):
        call(hook(serve(endless), seconds=3))
    assert time.monotonic() - begun < 1


def test_exactly_256_kib_are_fine(serve):
    body = b'{"found":true}'
    assert call(hook(serve(good(body + b" " * (MAX_ANSWER - len(body)))))) == {"found": True}


def test_a_compressed_answer_is_not_unpacked(serve):
    bomb = gzip.compress(b" " * 50_000_000)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        % len(bomb)
    )
    server = serve(head + bomb)
    with pytest.raises(HookFailed, match="compressed"):
        call(hook(server, seconds=3))
    assert server.header(server.requests[0], b"accept-encoding") == b"identity"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00" * 100,
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 999999 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
    ],
)
def test_what_is_no_http_is_a_failure(serve, answer):
    with pytest.raises(HookFailed):
        call(hook(serve(answer)))


def test_a_server_that_is_down_is_a_failure(serve):
    server = serve()
    with socket.create_server(("127.0.0.1", 0)) as gone:
        server.port = gone.getsockname()[1]
    with pytest.raises(HookFailed, match="no answer"):
        call(hook(server))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_loopback_in_any_spelling_is_refused_in_production(serve, host):
    server = serve(good({}))
    with pytest.raises(CallFailed):
        PRODUCTION.post(f"https://{host}:{server.port}/", b"", {}, seconds=1)
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://0.0.0.0/",
        "http://93.184.216.34/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "//localhost/",
        "localhost",
        "",
        "http://",
        "http://user@localhost/",
        "http://user:pass@localhost/",
        "http://localhost\\@93.184.216.34/",
        "http://localhost:99999/",
        "http://localhost:x/",
    ],
)
@pytest.mark.parametrize("is_development", [True, False])
def test_other_places_are_refused_everywhere(url, is_development):
    with pytest.raises(AddressRefused):
        (DEVELOPMENT if is_development else PRODUCTION).post(url, b"", {}, seconds=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1/",
        "http://" + "a" * 70 + ".jp/",
        "http://a..b/",
        "http://a\x00b/",
        "http://localhost/\x00",
        "http://localhost/a b",
    ],
)
def test_urls_that_cannot_be_are_failures_as_well(url, outbound):
    with pytest.raises(CallFailed):
        outbound.post(url, b"", {}, seconds=1)


def test_proxies_of_the_environment_are_not_used(serve, monkeypatch):
    proxy, server = serve(good({"found": False})), serve(good({"found": True}))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    assert call(hook(server)) == {"found": True}


def test_tls_needs_a_root_we_know_and_the_right_name(serve, certificate):
    ca_file, context = certificate
    server = serve(good({"found": True}), context)
    trusting = Outbound(is_development=True, ca_file=ca_file)
    url = f"https://localhost:{server.port}/"
    assert trusting.post(url, b"{}", {}, seconds=2).body == b'{"found": true}'
    for sender, place in ((DEVELOPMENT, url), (trusting, url.replace("localhost", "127.0.0.1"))):
        with pytest.raises(CallFailed, match="SSLCertVerificationError"):
            sender.post(place, b"{}", {}, seconds=2)


def test_a_handshake_that_hangs_is_cut(serve, certificate):
    ca_file, _ = certificate
    server = serve(SLOW["silent"])
    begun = time.monotonic()
    with pytest.raises(CallFailed):
        Outbound(is_development=True, ca_file=ca_file).post(f"https://localhost:{server.port}/", b"{}", {}, seconds=0.4)
    assert time.monotonic() - begun < 0.7
