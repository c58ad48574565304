"""Hooks and logout notices against servers that misbehave."""

import contextlib
import gzip
import hashlib
import hmac
import json
import logging
import socket
import threading
import time
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from idp.config.site import Hook, HookType
from idp.domain.ports import DeliveryFailed, HookFailed
from idp.providers.hooks import HttpHookCaller
from idp.providers.logout import HttpLogoutNotifier
from idp.providers.outbound import MAX_ANSWER, AddressRefused, CallFailed, Outbound

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"


class Server:
    """Takes one request a connection, keeps it, and answers with whatever bytes the test says."""

    def __init__(self, answer=b"", context=None) -> None:
        self.answer, self.context, self.requests = answer, context, []
        self.is_closing = False
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection, contextlib.suppress(OSError):
                    self.converse(connection)

    def converse(self, connection):
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        data = connection.recv(65536)
        while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < int(
            self.header(data, b"content-length")
        ):
            if not (more := connection.recv(65536)):
                return
            data += more
        self.requests.append(data)
        parts = [self.answer] if isinstance(self.answer, bytes) else self.answer()
        for part in parts:
            if self.is_closing:
                return
            connection.sendall(part)
        connection.close()

    @staticmethod
    def header(data, name) -> bytes:
        lines = data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
        return {key.lower(): value.strip() for key, _, value in (line.partition(b":") for line in lines)}.get(
            name, b"0"
        )

    @property
    def url(self):
        return f"http://localhost:{self.port}/people?v=1"

    def sent(self):
        return json.loads(self.requests[-1].partition(b"\r\n\r\n")[2])


@pytest.fixture
def serve():
    servers = []

    def start(answer=b"", context=None):
        servers.append(Server(answer, context))
        return servers[-1]

    yield start
    for server in servers:
        server.is_closing = True
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        server.thread.join(5)


DEVELOPMENT = Outbound(is_development=True)
PRODUCTION = Outbound(is_development=False)


@pytest.fixture
def outbound():
    return DEVELOPMENT


def good(value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return GOOD % (len(body), body)


def hook(server, *, seconds=1.0, secret=None, reply=None, send=None):
    reply = {"found": HookType.BOOL} if reply is None else reply
    send = {"email": HookType.TEXT} if send is None else send
    return Hook(
        name="registry", url=server.url, send=send, reply=reply, timeout=timedelta(seconds=seconds), secret=secret
    )


def call(declared, payload=None, outbound=None):
    caller = HttpHookCaller({"registry": declared}, outbound or DEVELOPMENT)
    return caller.call("registry", payload or {"email": "hanako@example.jp"}, idempotency_key="job-1")


# -- what goes out -------------------------------------------------------------------------------------------------


def test_a_hook_gets_signed_json_with_an_idempotency_key(serve):
    server = serve(good({"found": True}))
    assert call(hook(server, secret="quiet")) == {"found": True}
    request = server.requests[0]
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /people?v=1 HTTP/1.1\r\n")
    assert server.header(request, b"content-type") == b"application/json"
    assert server.header(request, b"idempotency-key") == b"job-1"
    assert server.header(request, b"host") == f"localhost:{server.port}".encode()
    expected = hmac.new(b"quiet", body, hashlib.sha256).hexdigest()
    assert server.header(request, b"x-sekisho-signature") == f"sha256={expected}".encode()


def test_a_hook_without_a_secret_is_not_signed(serve):
    server = serve(good({"found": True}))
    call(hook(server))
    assert b"signature" not in server.requests[0].lower()


def test_only_declared_members_go_out(serve, caplog):
    server = serve(good({}))
    call(hook(server), {"email": "花子@example.jp", "password": "Sakura-2026!"})
    assert server.sent() == {"email": "花子@example.jp"}
    assert "password" in caplog.text
    assert "Sakura" not in caplog.text


def test_a_member_of_the_wrong_type_does_not_go_out(serve):
    server = serve(good({}))
    with pytest.raises(HookFailed, match="email is not of type text"):
        call(hook(server), {"email": 7})
    assert server.requests == []


def test_a_hook_nobody_declared_is_not_called(outbound):
    with pytest.raises(HookFailed, match="not declared"):
        HttpHookCaller({}, outbound).call("elsewhere", {}, idempotency_key="job-1")


# -- what comes back -----------------------------------------------------------------------------------------------

EVERY_TYPE = {
    "found": HookType.BOOL,
    "name": HookType.TEXT,
    "number": HookType.INT,
    "birth_date": HookType.DATE,
    "more": HookType.OBJECT,
}


def test_the_declared_members_come_back_and_others_are_dropped(serve):
    value = {"found": True, "name": "入学", "number": 7.0, "birth_date": "2007-04-02", "more": {"a": [1]}, "acr": "mfa"}
    del (expected := dict(value))["acr"]
    assert call(hook(serve(good(value)), reply=EVERY_TYPE)) == {**expected, "number": 7}


def test_missing_and_null_members_are_left_out(serve):
    assert call(hook(serve(good({"found": False, "name": None})), reply=EVERY_TYPE)) == {"found": False}


@pytest.mark.parametrize(
    "value",
    [
        {"found": 1},
        {"found": "true"},
        {"name": 7},
        {"name": ["x"]},
        {"number": True},
        {"number": 7.5},
        {"number": "7"},
        {"birth_date": "2007-02-30"},
        {"birth_date": "20070402"},
        {"birth_date": "2007-04-02T00:00:00"},
        {"birth_date": 20070402},
        {"more": []},
        {"more": "x"},
        [],
        "x",
        None,
        b"",
        b"{",
        b"\xff",
        b'{"number": NaN}',
        b'{"number": Infinity}',
        b'{"name": "\\ud800"}',
        b'{"name": "a\\u0000b"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_a_reply_that_does_not_fit_its_declaration_is_a_failure(serve, value):
    with pytest.raises(HookFailed):
        call(hook(serve(good(value)), reply=EVERY_TYPE))


def test_a_failure_never_repeats_what_came_back(serve, caplog):
    with pytest.raises(HookFailed) as caught:
        call(hook(serve(good({"found": "secret-value"}))))
    assert "secret-value" not in str(caught.value) + caplog.text


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "307 Temporary", "400 Bad", "404 No", "500 Down", "503 Down"]
)
def test_only_success_counts_and_redirects_are_not_followed(serve, status):
    elsewhere = serve(good({"found": True}))
    head = f"HTTP/1.1 {status}\r\nLocation: {elsewhere.url}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
    with pytest.raises(HookFailed, match=status[:3]):
        call(hook(serve(head.encode())))
    assert elsewhere.requests == []


@pytest.mark.parametrize("kind", [b"text/html", b"text/plain", b"application/jsonp", b""])
def test_another_content_type_is_a_failure(serve, kind):
    with pytest.raises(HookFailed, match="application/json"):
        call(hook(serve(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: 2\r\n\r\n{}")))


def test_a_hook_without_a_declared_reply_may_answer_anything(serve):
    answer = b"HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nyes!"
    assert call(hook(serve(answer), reply={})) == {}


def test_no_content_is_an_empty_reply(serve):
    assert call(hook(serve(b"HTTP/1.1 204 No Content\r\n\r\n"))) == {}


def test_chunks_are_put_together(serve):
    body = b'9\r\n{"found":\r\n5\r\ntrue}\r\n0\r\n\r\n'
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert call(hook(serve(answer + body))) == {"found": True}


# -- servers that misbehave ----------------------------------------------------------------------------------------


def drip(head, pause=0.05):
    def answer():
        yield head
        while True:
            time.sleep(pause)
            yield b"x"

    return answer


SLOW = {
    "silent": lambda: iter(lambda: time.sleep(0.05) or b"", None),
    "status line": drip(b"HTTP/1.1 200 "),
    "headers": drip(b"HTTP/1.1 200 OK\r\nX-Long: "),
    "continues": lambda: iter(lambda: time.sleep(0.05) or b"HTTP/1.1 100 Continue\r\n\r\n", None),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n"),
    "no end": drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"),
}


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


# -- where it may go -----------------------------------------------------------------------------------------------


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
    ["http://[::1/", "http://" + "a" * 70 + ".jp/", "http://a..b/", "http://localhost/\x00", "http://localhost/a b"],
)
def test_urls_that_cannot_be_are_failures_as_well(url, outbound):
    with pytest.raises(CallFailed):
        outbound.post(url, b"", {}, seconds=1)


def test_proxies_of_the_environment_are_not_used(serve, monkeypatch):
    proxy, server = serve(good({"found": False})), serve(good({"found": True}))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    assert call(hook(server)) == {"found": True}


# -- TLS -----------------------------------------------------------------------------------------------------------


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


# -- logout notices ------------------------------------------------------------------------------------------------


@pytest.mark.spec("OIDC-BCL", "2.5")
@pytest.mark.parametrize("status", [b"200 OK", b"204 No Content"])
def test_a_logout_token_is_posted_as_a_form(serve, outbound, status):
    server = serve(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
    HttpLogoutNotifier(outbound).post(server.url, "a.b-_.c")
    request = server.requests[0]
    assert server.header(request, b"content-type") == b"application/x-www-form-urlencoded"
    assert parse_qs(request.partition(b"\r\n\r\n")[2].decode()) == {"logout_token": ["a.b-_.c"]}


@pytest.mark.spec("OIDC-BCL", "2.8")
@pytest.mark.parametrize(
    ("status", "is_final"), [("400 Bad Request", True), ("500 Down", False), ("302 Found", False), ("404 No", False)]
)
def test_a_refused_token_is_final_and_other_trouble_is_not(serve, outbound, status, is_final):
    server = serve(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    with pytest.raises(DeliveryFailed) as caught:
        HttpLogoutNotifier(outbound).post(server.url, "a.b.c")
    assert caught.value.is_final is is_final


def test_an_address_that_is_not_public_ends_the_notices():
    with pytest.raises(DeliveryFailed) as caught:
        HttpLogoutNotifier(PRODUCTION).post("https://localhost:1/logout", "a.b.c")
    assert caught.value.is_final


def test_nothing_of_a_call_is_logged_but_the_hook_and_the_reason(serve, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(HookFailed):
        call(hook(serve(b"HTTP/1.1 500 hanako@example.jp\r\n\r\n"), secret="quiet"))
    assert "hook registry: status 500" in caplog.text
    assert "hanako" not in caplog.text
    assert "quiet" not in caplog.text
