"""site.yaml: every mistake is said with its place and a suggestion, all at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from idp.config.site_folder import Frame, SiteFolder, load_folder
from tests.config.sites import SITE, make_site, swap

DEVELOPMENT = Frame(is_development=True)


def load(folder: Path, site: str, frame: Frame = DEVELOPMENT) -> SiteFolder:
    return load_folder(make_site(folder, site=site), frame)


def test_a_good_site_has_no_findings(tmp_path: Path):
    read = load(tmp_path, SITE)
    assert read.findings == ()
    assert read.site is not None
    assert read.site.levels.names == ("pwd", "mfa")
    assert read.site.mail.domain == "example.jp"
    assert read.site.mail.names == {"ja": "Sample", "en": "Sample"}
    assert read.site.codes["mail"].digits == 8
    assert read.site.codes["sms"].life == timedelta(minutes=5)
    assert "voice" not in read.site.codes
    assert read.site.hooks["registry"].timeout == timedelta(seconds=3)
    assert read.site.seeds[0]["email"] == "hanako@example.jp"


def test_what_is_not_written_has_the_strict_default(tmp_path: Path):
    site = load(tmp_path, SITE).site
    assert site is not None
    assert site.password.min_length == 15
    assert site.password.breached
    assert site.password.ends_sessions
    assert site.session_idle == timedelta(hours=1)
    assert site.argon2.memory_kib == 47104
    failures = {kind: [(b.limit, b.window) for b in site.budgets[kind]] for kind in ("password", "code")}
    assert failures == {"password": [(10, timedelta(minutes=10))], "code": [(10, timedelta(minutes=60))]}


MISTAKES = [
    # what is written instead of what, then code, line, column and suggestion of the one finding
    ("issuer: http://localhost:9000\n", "", "S0002", 1, 1, "issuer: https://example.com"),
    ("zone: Asia/Tokyo", "zone: Asia/Tokio", "S0006", 4, 7, "Asia/Tokyo"),
    ("zone: Asia/Tokyo", "zone: ../../etc/passwd", "S0006", 4, 7, None),
    ("zone: Asia/Tokyo", "zoen: Asia/Tokyo", "S0001", 4, 1, "zone"),
    ("issuer: http://localhost:9000", "issuer: http://login.example.jp", "S0010", 2, 9, "https://login.example.jp"),
    ("issuer: http://localhost:9000", "issuer: https://a.example/x?y", "S0010", 2, 9, "https://a.example"),
    ("issuer: http://localhost:9000", "issuer: https://u:p@a.example", "S0010", 2, 9, None),
    ("locales: [ja, en]", "locales: [ja, en, ja]", "S0017", 3, 19, None),
    ("locales: [ja, en]", "locales: [ja, japanese]", "S0006", 3, 15, None),
    ("acr: [pwd, mfa]", "acr: pwd", "S0003", 5, 6, "[pwd]"),
    ("acr: [pwd, mfa]", "acr: []", "S0005", 5, 6, None),
    ("acr: [pwd, mfa]", "acr: [pwd, mfa, pwd]", "S0017", 5, 17, None),
    ("name: {ja: 見本, en: Sample}", "name: {ja: 見本}", "S0011", 1, 1, "en: …"),
    ("name: {ja: 見本, en: Sample}", "name: {ja: 見本, en: Sample, fr: x}", "S0011", 1, 28, None),
    ("sender: no-reply@example.jp", "sender: no-reply", "S0006", 6, 16, None),
    ("countries: [JP]", "countries: [jp]", "S0006", 7, 13, "JP"),
    ("countries: [JP]", "countries: []", "S0018", 8, 1, "countries: [JP]"),
    ("digits: 6, life: 5m", "digits: '6', life: 5m", "S0003", 9, 17, "6"),
    ("digits: 6, life: 5m", "digits: 4, life: 5m", "S0005", 9, 17, "6"),
    ("digits: 6, life: 5m", "digits: 6, life: 5 min", "S0006", 9, 26, "5m"),
    ("digits: 6, life: 5m", "digits: 6, life: 5", "S0006", 9, 26, "5s or 5m"),
    ("digits: 6, life: 5m", "digits: 6, life: 30m", "S0006", 9, 26, "10m"),
    ("digits: 6, life: 5m", "digits: 6", "S0002", 9, 3, "life: 5m"),
    ("per: number", "per: numbr", "S0004", 12, 15, "number"),
    ("per: number", "per: address", "S0016", 12, 15, None),
    ("limit: 10", "limit: 0", "S0005", 12, 30, "1"),
    (
        "url: http://localhost:9005/members",
        "url: http://registry.example/",
        "S0014",
        15,
        10,
        "https://registry.example/",
    ),
    ("url: http://localhost:9005/members", "url: https://10.0.0.1/", "S0014", 15, 10, None),
    ("url: http://localhost:9005/members", "url: ftp://registry.example/", "S0014", 15, 10, None),
    ("send: {email: text}", "send: {email: string}", "S0004", 16, 19, None),
    ("reply: {found: bool}", "reply: {found: bool}\n    secret: 12345678", "S0003", 18, 13, '"12345678"'),
    ("reply: {found: bool}", "reply: {found: bool}\n    secret_file: ../x", "S0015", 18, 18, None),
    ("development:", "links: {help: http://x.example/}\ndevelopment:", "S0019", 18, 15, "https://x.example/"),
    ("development:", "password: {min_length: 7}\ndevelopment:", "S0005", 18, 24, "8"),
    ("development:", "password: {classes: [lower], min_classes: 2}\ndevelopment:", "S0013", 18, 43, None),
    ("development:", "password: {breached: yes}\ndevelopment:", "S0003", 18, 22, "true"),
    ("development:", "sessions: {idle: 7d, absolute: 1d}\ndevelopment:", "S0020", 18, 18, None),
    ("development:", "argon2: {memory_kib: 19456}\ndevelopment:", "S0021", 18, 9, None),
    ("development:", "brand: {mark: '<script>'}\ndevelopment:", "S0006", 18, 15, None),
    ("development:", "trusted_proxies: [10.0.0.0/33]\ndevelopment:", "S0006", 18, 19, None),
    ("port_base: 9000", "port_base: 80", "S0005", 19, 14, "1024"),
    ("attributes: {name: 花子}", "attributes: {nmae: 花子}", "S0023", 23, 26, "name"),
    ("attributes: {name: 花子}", "attributes: {sex: femal}", "S0023", 23, 25, "female"),
    ("signed_in: [portal]", "signed_in: [protal]", "S0024", 24, 19, "portal"),
    ("      password: Sakura-2026!\n", "", "S0002", 21, 7, "password: …"),
    ("email: hanako@example.jp", "email: hanako", "S0006", 21, 14, None),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "column", "suggestion"), MISTAKES)
def test_a_mistake_is_said_at_its_place(
    tmp_path: Path, old: str, new: str, code: str, line: int, column: int, suggestion: str | None
):
    findings = load(tmp_path, swap(SITE, old, new)).findings
    assert [(item.file, item.code, item.line, item.column) for item in findings] == [("site.yaml", code, line, column)]
    assert findings[0].suggestion == suggestion
    assert findings[0].excerpt


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path):
    broken = swap(swap(SITE, "zone: Asia/Tokyo", "zone: Asia/Tokio"), "life: 5m", "life: forever")
    folder = make_site(tmp_path, site=broken)
    clients = (folder / "clients.yaml").read_text()
    (folder / "clients.yaml").write_text(swap(clients, "min_acr: pwd", "min_acr: mfaa"))
    attributes = (folder / "attributes.yaml").read_text()
    (folder / "attributes.yaml").write_text(swap(attributes, "type: radio", "type: raido"))
    findings = load_folder(folder, DEVELOPMENT).findings
    assert [(item.file, item.code, item.suggestion) for item in findings] == [
        ("site.yaml", "S0006", "Asia/Tokyo"),
        ("site.yaml", "S0006", None),
        ("attributes.yaml", "A0004", "radio"),
        ("clients.yaml", "C0014", "mfa"),
    ]


def test_a_file_that_is_no_yaml_does_not_hide_the_mistakes_of_the_others(tmp_path: Path):
    folder = make_site(tmp_path, site="name: [\n")
    clients = (folder / "clients.yaml").read_text()
    (folder / "clients.yaml").write_text(swap(clients, "consent: never", "consent: newer"))
    assert [item.code for item in load_folder(folder, DEVELOPMENT).findings] == ["Y0005", "C0004"]


def test_a_missing_file_is_a_finding(tmp_path: Path):
    findings = load_folder(tmp_path, DEVELOPMENT).findings
    assert [(item.file, item.code) for item in findings] == [
        ("site.yaml", "Y0001"),
        ("attributes.yaml", "Y0001"),
        ("clients.yaml", "Y0001"),
    ]


@pytest.mark.spec("RFC8414", "2")
def test_production_refuses_every_development_word_of_the_site(tmp_path: Path):
    findings = load(tmp_path, SITE, Frame(is_development=False)).findings
    words = {(item.code, item.line) for item in findings if item.file == "site.yaml"}
    assert words == {("S0010", 2), ("S0014", 15), ("S0022", 19)}
    assert all("development only" in item.message for item in findings)


def test_development_names_its_open_words_as_notices(tmp_path: Path):
    site = swap(SITE, "development:", "password: {min_length: 8}\ndevelopment:")
    notices = load(tmp_path, site).notices
    assert {item.code for item in notices if item.file == "site.yaml"} == {"S0010", "S0014", "S0022", "S0030"}


def test_a_hook_secret_in_a_file_of_the_folder_is_read(tmp_path: Path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "registry.secret").write_text("a long secret\n")
    site = swap(SITE, "reply: {found: bool}", "reply: {found: bool}\n    secret_file: keys/registry.secret")
    read = load(tmp_path, site)
    assert read.findings == ()
    assert read.site is not None
    assert read.site.hooks["registry"].secret == "a long secret"


def test_a_password_in_an_address_is_named(tmp_path: Path):
    site = swap(SITE, "development:", "urls: {mail: 'smtp://user:geheim@mail.example.jp'}\ndevelopment:")
    notices = [item for item in load(tmp_path, site).notices if item.code == "S0035"]
    assert len(notices) == 1
    assert "geheim" not in notices[0].message


def test_ports_move_together_in_development(tmp_path: Path):
    read = load(tmp_path, SITE, Frame(is_development=True, port_base=9300))
    assert read.site is not None
    assert read.clients is not None
    assert read.site.issuer == "http://localhost:9300"
    assert read.site.hooks["registry"].url == "http://localhost:9305/members"
    assert read.clients[1].redirect_uris == ("http://localhost:9301/callback",)
    assert read.clients[0].redirect_uris == ("http://127.0.0.1/callback", "jp.example.app:/callback")


def test_only_the_ports_of_the_row_move(tmp_path: Path):
    site = swap(SITE, "http://localhost:9005/members", "http://localhost:90051/members")
    read = load(tmp_path, site, Frame(is_development=True, port_base=9300))
    assert read.site is not None
    assert read.site.hooks["registry"].url == "http://localhost:90051/members"


def test_ports_do_not_move_without_a_written_base(tmp_path: Path):
    read = load(tmp_path, swap(SITE, "  port_base: 9000\n", ""), Frame(is_development=True, port_base=9300))
    assert read.site is not None
    assert read.site.issuer == "http://localhost:9000"


def test_a_wide_budget_for_wrong_codes_is_named(tmp_path: Path):
    wide = swap(SITE, "budgets:\n", "budgets:\n  code:\n    - {per: account, limit: 500, window: 60m}\n")
    [notice] = [item for item in load(tmp_path, wide).notices if "wrong codes" in item.message]
    assert (notice.file, notice.line) == ("site.yaml", 12)


def test_wrong_codes_cannot_go_without_a_budget(tmp_path: Path):
    none = swap(SITE, "budgets:\n", "budgets:\n  code: []\n")
    assert [(item.code, item.line) for item in load(tmp_path, none).findings] == [("S0005", 11)]
