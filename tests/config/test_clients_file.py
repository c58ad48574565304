"""clients.yaml: what a client may be, and every mistake at its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from idp.config.site_folder import Frame, SiteFolder, load_folder
from idp.domain.client import ClientAuthMethod, ClientType, ConsentPolicy
from tests.config.sites import CLIENTS, make_site, swap

DIGEST = "a" * 64


def load(folder: Path, clients: str, *, is_development: bool = True) -> SiteFolder:
    return load_folder(make_site(folder, clients=clients), Frame(is_development=is_development))


def test_clients_are_what_the_file_says(tmp_path: Path):
    clients = load(tmp_path, CLIENTS).clients
    assert clients is not None
    app, portal = clients
    assert portal.type is ClientType.CONFIDENTIAL
    assert portal.secret_digests == (hashlib.sha256(b"portal-secret").hexdigest(),)
    assert portal.auth_methods == {ClientAuthMethod.BASIC, ClientAuthMethod.POST}
    assert portal.consent is ConsentPolicy.NEVER
    assert (portal.min_acr, portal.flow, portal.starts) == ("pwd", "sign_in", frozenset({"sign_in"}))
    assert app.auth_methods == {ClientAuthMethod.NONE}
    assert app.names == {"ja": "App", "en": "App"}
    assert (app.access_token_seconds, app.refresh_idle_seconds) == (600, 30 * 86400)


MISTAKES = [
    ("min_acr: pwd", "min_acr: mfaa", "C0014", 7, 14, "mfa"),
    ("min_acr: pwd", "min_arc: pwd", "C0001", 7, 5, "min_acr"),
    ("consent: never", "consent: newer", "C0004", 8, 14, "never"),
    ("scopes: [openid, profile, email]", "scopes: [openid, profil, email]", "C0015", 9, 22, "profile"),
    ("scopes: [openid, profile, email]", "scopes: [openid, offline_access]", "C0017", 9, 22, None),
    ("scopes: [openid, profile, email]", "scopes: [openid, openid]", "C0019", 9, 22, None),
    ("starts: [sign_in]", "starts: [sing_in]", "C0016", 13, 14, "sign_in"),
    ("    flow: sign_in\n    min_acr", "    flow: signin\n    min_acr", "C0016", 6, 11, "sign_in"),
    ("    flow: sign_in\n    min_acr", "    min_acr", "C0017", 2, 3, None),
    ("    home_uri: http://localhost:9001/\n", "", "C0002", 2, 3, "home_uri: https://example.com"),
    ("    redirect_uris: [http://localhost:9001/callback]\n", "", "C0010", 2, 3, "redirect_uris: [https://…/callback]"),
    ("redirect_uris: [http://localhost:9001/callback]", "redirect_uris: http://x/", "C0003", 10, 20, "[http://x/]"),
    ("name: {ja: ポータル, en: Portal}", "name: {ja: ポータル}", "C0018", 3, 5, "en: …"),
    ("    secret: portal-secret\n", "", "C0013", 2, 3, None),
    ("secret: portal-secret", "secret: short", "C0005", 5, 13, None),
    ("secret: portal-secret", "secret_sha256: 123abc", "C0006", 5, 20, None),
    ("secret: portal-secret", "secret: portal-secret\n    auth: [private_key_jwt]", "C0020", 6, 12, None),
    (
        "secret: portal-secret",
        "secret: portal-secret\n    auth: [client_secret_jwt]",
        "C0004",
        6,
        12,
        "client_secret_post",
    ),
    ("secret: portal-secret", "jwks: {keys: [{kty: EC, d: secret}]}", "C0021", 5, 19, None),
    ("secret: portal-secret", "jwks: {keys: [{kty: oct, k: secret}]}", "C0021", 5, 19, None),
    ("secret: portal-secret", "jwks: {}\n    secret: x2345678\n    mark: <path>", "C0006", 7, 11, None),
    ("type: public", "type: public\n    secret_sha256: " + DIGEST, "C0013", 14, 3, None),
    ("type: public", "type: public\n    require_pkce: false", "C0020", 17, 19, None),
    ("type: public", "type: public\n    auth: [client_secret_basic]", "C0020", 17, 11, "none"),
    ("type: public", "type: publik", "C0004", 16, 11, "public"),
    ("type: public", "type: public\n    access_token: 2h", "C0006", 17, 19, "60m"),
    ("type: public", "type: public\n    refresh_idle: 200d", "C0022", 17, 19, None),
    (
        "grant_types: [authorization_code, refresh_token]",
        "grant_types: [implicit, refresh_token]",
        "C0004",
        18,
        19,
        None,
    ),
    (
        "grant_types: [authorization_code, refresh_token]",
        "grant_types: [authorization_code, refresh_token, client_credentials]",
        "C0017",
        18,
        18,
        None,
    ),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "column", "suggestion"), MISTAKES)
def test_a_mistake_is_said_at_its_place(
    tmp_path: Path, old: str, new: str, code: str, line: int, column: int, suggestion: str | None
):
    findings = load(tmp_path, swap(CLIENTS, old, new)).findings
    assert [(item.file, item.code, item.line, item.column) for item in findings] == [
        ("clients.yaml", code, line, column)
    ]
    assert findings[0].suggestion == suggestion


@pytest.mark.spec("RFC9700", "2.1")
@pytest.mark.parametrize(
    "address",
    [
        "https://*.example.jp/callback",
        "https://portal.example.jp/callback#x",
        "https://user@portal.example.jp/callback",
        "https://portal.example.jp@evil.example/callback",
        "https://portal.example.jp/a/../callback",
        "https://portal.example.jp/..;/callback",
        "https://portal.example.jp/%2e%2e/callback",
        r"https://portal.example.jp\@evil.example/",
        "https://Portal.example.jp/callback",
        "HTTPS://portal.example.jp/callback",
        "https:portal.example.jp/callback",
        "https:///callback",
        "https://portal.example.jp:port/callback",
        "https://портал.example/callback",
        "//portal.example.jp/callback",
        "/callback",
        "http://portal.example.jp/callback",
        "http://localhost.evil.example/callback",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "DATA:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "jp.example.app:/callback",
    ],
)
def test_a_confidential_client_cannot_have_a_redirect_address_like_this(tmp_path: Path, address: str):
    quoted = "'" + address.replace("'", "''") + "'"
    findings = load(tmp_path, swap(CLIENTS, "http://localhost:9001/callback", quoted)).findings
    assert [(item.code, item.line, item.column) for item in findings] == [("C0011", 10, 21)]


@pytest.mark.spec("RFC8252", "7.1")
@pytest.mark.parametrize(
    "address", ["app:/callback", "jp.example.app://callback", "jp.example.app:callback", "myapp:/"]
)
def test_the_scheme_of_an_app_is_a_reversed_domain_name(tmp_path: Path, address: str):
    findings = load(tmp_path, swap(CLIENTS, '"jp.example.app:/callback"', f"'{address}'")).findings
    assert [item.code for item in findings] == ["C0011"]


@pytest.mark.spec("RFC8252", "7.3")
@pytest.mark.parametrize("address", ["http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback"])
def test_an_app_may_listen_on_loopback_even_in_production(tmp_path: Path, address: str):
    clients = swap(CLIENTS, "http://127.0.0.1/callback", f"'{address}'")
    findings = load(tmp_path, clients, is_development=False).findings
    assert [item for item in findings if item.file == "clients.yaml" and item.line > 14] == []


def test_production_refuses_every_development_word_of_the_clients(tmp_path: Path):
    findings = load(tmp_path, CLIENTS, is_development=False).findings
    words = [(item.code, item.line) for item in findings if item.file == "clients.yaml"]
    assert sorted(words) == [("C0011", 10), ("C0011", 11), ("C0011", 12), ("C0012", 5)]


def test_a_client_known_by_its_digest_is_good_for_production(tmp_path: Path):
    clients = CLIENTS.replace("http://localhost:9001", "https://portal.example.jp")
    clients = swap(clients, "secret: portal-secret", f"secret_sha256: {DIGEST}")
    read = load(tmp_path, clients, is_development=False)
    assert [item for item in read.findings if item.file == "clients.yaml"] == []
    assert read.clients is not None
    assert read.clients[1].secret_digests == (DIGEST,)


def test_a_hook_or_logout_address_may_be_loopback_in_development_only(tmp_path: Path):
    clients = swap(CLIENTS, "    consent", "    backchannel_logout_uri: http://localhost:9001/out\n    consent")
    assert load(tmp_path, clients).findings == ()
    refused = [(item.code, item.line) for item in load(tmp_path, clients, is_development=False).findings]
    assert ("C0011", 8) in refused


@pytest.mark.parametrize("address", ["http://192.168.1.1/out", "https://169.254.169.254/out", "https://[fd00::1]/out"])
def test_a_logout_address_in_a_private_network_is_refused_everywhere(tmp_path: Path, address: str):
    clients = swap(CLIENTS, "    consent", f"    backchannel_logout_uri: '{address}'\n    consent")
    assert [(item.code, item.line) for item in load(tmp_path, clients).findings] == [("C0011", 8)]


def test_a_client_that_only_starts_journeys_needs_no_redirect_address(tmp_path: Path):
    guide = "  guide:\n    name: Guide\n    type: public\n    grant_types: []\n    home_uri: https://g.example/\n"
    guide += "    return_uris: [https://g.example/]\n    starts: [sign_in]\n"
    assert load(tmp_path, CLIENTS + guide).findings == ()


def test_a_client_without_pkce_is_named(tmp_path: Path):
    clients = swap(CLIENTS, "    consent", "    require_pkce: false\n    consent")
    read = load(tmp_path, clients)
    assert read.findings == ()
    assert [item.line for item in read.notices if item.code == "C0023"] == [8]


def test_a_public_key_is_a_proof(tmp_path: Path):
    clients = swap(CLIENTS, "secret: portal-secret", "jwks: {keys: [{kty: EC, crv: P-256, x: a, y: b}]}")
    read = load(tmp_path, clients)
    assert read.findings == ()
    assert read.clients is not None
    assert read.clients[1].auth_methods == {ClientAuthMethod.PRIVATE_KEY_JWT}
