"""500 malformed requests to each endpoint: 4xx with a registered code or a clear page, never 5xx."""

from __future__ import annotations

import json
import random
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from tests.browser import Page
from tests.relying_party import basic, challenge_of

COUNT = 500
JUNK = [
    "",
    " ",
    "\x00",
    "\ud7ff",
    "𝔘" * 50,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%00%ff%zz",
    "a" * 3000,
    "{}",
    "[]",
    "null",
    "-1",
    "1e999",
    "true",
    "http://evil.example/",
    "javascript:alert(1)",
    "openid openid",
    "\r\nSet-Cookie: a=b",
    "\u202e\u0000\u200b",
    "none",
    "S256",
    "authorization_code",
]
TOKEN_ERRORS = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "unsupported_token_type",
}
AUTHORIZE = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "prompt")
MORE_AUTHORIZE = ("code_challenge_method", "max_age", "acr_values", "ui_locales", "login_hint", "claims", "request")
FIELDS = {
    "/authorize": (*AUTHORIZE, *MORE_AUTHORIZE, "response_mode", "id_token_hint", "request_uri"),
    "/authorize/resume": ("interaction", "again"),
    "/token": ("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "client_id", "scope"),
    "/revoke": ("token", "token_type_hint", "client_id", "client_secret"),
    "/introspect": ("token", "token_type_hint", "client_id", "client_secret"),
    "/userinfo": ("access_token", "schema"),
    "/logout": ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "logout_hint"),
    "/start/sign_up": ("client_id", "return_to", "ui_locales"),
    "/journey/": ("_csrf", "_step", "action", "email", "code"),
    "/link/": ("_csrf", "action"),
}
POSTED = {"/token", "/revoke", "/introspect"}


def good_request(product):
    return {
        "response_type": "code",
        "client_id": "portal",
        "redirect_uri": product.url("portal", "/callback"),
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge_of("v" * 43),
        "code_challenge_method": "S256",
    }


def malformed(product, path, seed):
    """One request with something wrong in it, the same for the same seed."""
    dice = random.Random(f"{path} {seed}")
    whole = good_request(product) if path == "/authorize" else {}
    pairs = list((whole | {name: dice.choice(JUNK) for name in dice.sample(FIELDS[path], dice.randint(0, 2))}).items())
    if path == "/authorize":
        # What is ignored when it is unknown is no mistake: one of these always is.
        pairs += [(dice.choice(("response_type", "client_id", "redirect_uri", "code_challenge")), dice.choice(JUNK))]
    if pairs and dice.random() < 0.3:
        pairs.append(dice.choice(pairs))
    headers = {}
    if dice.random() < 0.5:
        headers["Authorization"] = dice.choice(
            [
                "Basic",
                "Basic !!",
                "Bearer",
                "Bearer a.b.c",
                "Digest x",
                basic("portal", "wrong"),
                f"Bearer {'x' * 2000}",
            ]
        )
    if dice.random() < 0.3:
        headers["Cookie"] = dice.choice(
            ["sekisho_session=x", "sekisho_browser=%00", f"sekisho_session={'y' * 3000}", "="]
        )
    if path in {"/journey/", "/link/"}:
        path += dice.choice(["x", "%00", "..%2f", "A" * 43, "%ff%fe", "é", "A" * 2000])
    method = "POST" if path in POSTED else dice.choice(["GET", "POST"])
    return method, path, pairs, headers, dice


KEPT = threading.local()


def connection():
    """Each thread keeps its connection, and no cookies."""
    if not hasattr(KEPT, "http"):
        KEPT.http = requests.Session()
        # After a body it did not read the server closes the connection; the next request then needs a new one.
        KEPT.http.mount("http://", HTTPAdapter(max_retries=Retry(total=2, read=2, allowed_methods=None)))
    KEPT.http.cookies.clear()
    return KEPT.http


def send(product, path, seed):
    method, path, pairs, headers, dice = malformed(product, path, seed)
    sent = {"params": pairs} if method == "GET" else {"data": pairs}
    if method == "POST" and dice.random() < 0.2:
        sent = {"data": dice.choice([b"\xff\xfe=%", b"{", b"a" * 70_000, b"&&&&", b"=" * 500])}
        headers["Content-Type"] = dice.choice(["application/json", "text/plain", "application/x-www-form-urlencoded"])
    return connection().request(
        method, product.url(path=path), **sent, headers=headers, allow_redirects=False, timeout=20
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", FIELDS)
def test_nothing_malformed_is_a_fault_of_ours(product, path):
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda seed: send(product, path, seed), range(COUNT)))
    assert [answer.text[:300] for answer in answers if answer.status_code >= 500] == []
    judge = {"/userinfo": judge_bearer, "/authorize": judge_page}.get(
        path, judge_json if path in POSTED else judge_page
    )
    for answer in answers:
        judge(product, answer)


UNREADABLE = {
    "a letter that no address has": (b"GET /journey/\x00 HTTP/1.1\r\n\r\n", 400),
    "no request line": (b"hello\r\n\r\n", 400),
    "no length": (b"POST /token HTTP/1.1\r\nContent-Length: abc\r\n\r\n", 400),
    "two lengths": (b"POST /token HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "many headers": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 101 + b"\r\n", 431),
    "a large header": (b"GET / HTTP/1.1\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", 431),
    "a long address": (b"GET /authorize?state=" + b"a" * 9_000 + b" HTTP/1.1\r\nConnection: close\r\n\r\n", 414),
}


@pytest.mark.slow
@pytest.mark.parametrize(("said", "status"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_hardly_http_gets_our_page_too(product, said, status, language):
    wish = b"\r\nAccept-Language: %s\r\n" % language.encode()
    with socket.create_connection(("127.0.0.1", product.base), timeout=10) as connection:
        connection.sendall(said.replace(b"\r\n", wish, 1))
        head, _, page = b"".join(iter(lambda: connection.recv(65536), b"")).decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert {"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} <= set(
        re.findall(r"(?m)^[\w-]+", head)
    )
    assert f'<html lang="{language}" data-page="error"' in page
    assert f'data-error="{"too_large" if status == 414 else "invalid_request"}"' in page
    assert 'data-reference="' in page
    assert 'id="action-home"' in page
    assert "gunicorn" not in page


def judge_json(_product, answer):
    """RFC 6749 §5.2; a revocation of an unknown token is no error (RFC 7009 §2.2)."""
    if answer.status_code == 200:
        assert answer.request.path_url == "/revoke"
        return
    assert 400 <= answer.status_code < 500
    if answer.headers["Content-Type"].startswith("application/json"):
        assert json.loads(answer.text)["error"] in TOKEN_ERRORS, answer.text
    else:
        assert Page(answer, answer.url).name == "error"


def judge_bearer(_product, answer):
    """RFC 6750 §3.1."""
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers.get("WWW-Authenticate", "Bearer").startswith("Bearer") or answer.status_code >= 403


def judge_page(product, answer):
    """A page that says what happened, or an answer to the client at its registered address."""
    if answer.status_code in {302, 303}:
        location = answer.headers["Location"]
        known = (product.url("portal", "/callback?"), "/", product.url())
        assert location.startswith(known), location
        assert not location.startswith("//")
        return
    page = Page(answer, answer.url)
    assert page.name is not None, answer.text[:300]
    assert "Traceback" not in answer.text
    if page.name == "error":
        assert 400 <= answer.status_code < 500
        assert page.errors
        assert [node for node in page.root.walk() if "data-reference" in node.attributes]
        assert page.root.all("a"), "a way on"
