"""What goes out to a hook, and what may come back."""

import hashlib
import hmac
import logging

import pytest

from idp.config.site import HookType
from idp.domain.ports import HookFailed
from idp.providers.hooks import HttpHookCaller
from tests.providers.server import call, good, hook


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


def test_nothing_of_a_call_is_logged_but_the_hook_and_the_reason(serve, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(HookFailed):
        call(hook(serve(b"HTTP/1.1 500 hanako@example.jp\r\n\r\n"), secret="quiet"))
    assert "hook registry: status 500" in caplog.text
    assert "hanako" not in caplog.text
    assert "quiet" not in caplog.text
