"""Settings: the site's files, overridden by SEKISHO_ variables; production refuses what is for development."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from idp.config.findings import ConfigError
from idp.settings import from_env, inspect
from tests.config.sites import ATTRIBUTES, CLIENTS, SITE, make_site, swap

PRODUCTION_SITE = """\
name: Sample
issuer: https://login.example.jp
locales: [ja, en]
zone: Asia/Tokyo
acr: [pwd, mfa]
mail: {sender: no-reply@example.jp, name: Sample}
budgets: {mail: [{per: address, limit: 5, window: 1h}]}
"""
PRODUCTION_CLIENTS = CLIENTS.replace("http://localhost:9001", "https://portal.example.jp").replace(
    "secret: portal-secret", f"secret_sha256: {'a' * 64}"
)
MAIL = {"SEKISHO_MAIL_URL": "smtp://mail.example.jp"}


def production(folder: Path) -> Path:
    return make_site(folder, site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)


def codes(folder: Path, environ: Mapping[str, str], *, development: bool = True) -> list[tuple[str, str]]:
    found = inspect(folder, development=development, environ=environ).findings
    return [(item.code, item.file) for item in found]


def test_development_needs_no_variable(tmp_path: Path):
    settings = from_env(make_site(tmp_path), development=True, environ={})
    assert settings.database_url == f"sqlite:///{tmp_path}/var/sekisho.sqlite3"
    assert (settings.mail_url, settings.sms_url, settings.voice_url) == ("outbox:", "outbox:", "")
    assert settings.port_base == 9000
    assert settings.is_development
    assert settings.site.is_development
    assert settings.keys_folder == tmp_path / "keys"
    assert [client.id for client in settings.load_clients()] == ["app", "portal"]


def test_production_is_what_the_command_says_and_not_what_the_issuer_looks_like(tmp_path: Path):
    assert from_env(production(tmp_path), development=True, environ=MAIL).is_development
    assert not from_env(production(tmp_path), development=False, environ=MAIL).is_development


def test_production_refuses_a_development_site(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        from_env(make_site(tmp_path), development=False, environ=MAIL)
    assert {"S0010", "S0014", "S0022", "C0011", "C0012"} <= {item.code for item in caught.value.findings}


def test_variables_win_over_the_file(tmp_path: Path):
    site = swap(SITE, "development:", "urls: {mail: 'smtp://one.example', redis: 'redis://one'}\ndevelopment:")
    environ = {
        "SEKISHO_MAIL_URL": "smtp://two.example",
        "SEKISHO_DATABASE_URL": "postgresql+psycopg://db/sekisho",
        "SEKISHO_ISSUER": "http://localhost:9100",
    }
    settings = from_env(make_site(tmp_path, site=site), development=True, environ=environ)
    assert settings.mail_url == "smtp://two.example"
    assert settings.redis_url == "redis://one"
    assert settings.database_url == "postgresql+psycopg://db/sekisho"
    assert settings.site.issuer == "http://localhost:9100"


def test_the_issuer_of_the_environment_wins_over_moved_ports(tmp_path: Path):
    environ = {"SEKISHO_PORT_BASE": "9300", "SEKISHO_ISSUER": "https://login.example.jp"}
    settings = from_env(make_site(tmp_path), development=True, environ=environ)
    assert settings.site.issuer == "https://login.example.jp"
    assert settings.port_base == 9300
    assert settings.load_clients()[1].home_uri == "http://localhost:9301/"


def test_the_issuer_of_the_file_is_that_of_production(tmp_path: Path):
    folder = production(tmp_path)
    assert from_env(folder, development=False, environ=MAIL).site.issuer == "https://login.example.jp"
    assert from_env(folder, development=True, environ={}).site.issuer == "http://localhost:9000"
    moved = {"SEKISHO_PORT_BASE": "9600"}
    assert from_env(folder, development=True, environ=moved).site.issuer == "http://localhost:9600"
    told = {"SEKISHO_ISSUER": "https://login.example.com"}
    assert from_env(folder, development=True, environ=told).site.issuer == "https://login.example.com"


def test_a_relative_database_file_lies_in_the_site_folder(tmp_path: Path):
    environ = {"SEKISHO_DATABASE_URL": "sqlite:///var/other.sqlite3"}
    settings = from_env(make_site(tmp_path), development=True, environ=environ)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/other.sqlite3"


def test_an_unknown_variable_is_refused_with_a_suggestion(tmp_path: Path):
    found = inspect(make_site(tmp_path), development=True, environ={"SEKISHO_ISUER": "x", "OTHER": "y"}).findings
    assert [(item.file, item.code, item.suggestion) for item in found] == [("SEKISHO_ISUER", "S0040", "SEKISHO_ISSUER")]


def test_an_empty_variable_counts_as_not_set_and_those_of_the_tests_are_not_ours(tmp_path: Path):
    environ = {"SEKISHO_ISSUER": "", "SEKISHO_TEST_DATABASE_URL": "x"}
    assert from_env(make_site(tmp_path), development=True, environ=environ).site.issuer == "http://localhost:9000"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SEKISHO_PORT_BASE", "80", "S0041"),
        ("SEKISHO_PORT_BASE", "９１００", "S0041"),
        ("SEKISHO_PORT_BASE", "9100x", "S0041"),
        ("SEKISHO_PORT_BASE", "9" * 5000, "S0041"),
        ("SEKISHO_ISSUER", "login.example.jp", "S0041"),
        ("SEKISHO_ISSUER", "http://login.example.jp", "S0041"),
        ("SEKISHO_ISSUER", "https://login.example.jp/", "S0041"),
        ("SEKISHO_DATABASE_URL", "mysql://x", "S0041"),
        ("SEKISHO_MAIL_URL", "mail.example.jp", "S0041"),
        ("SEKISHO_REDIS_URL", "http://x", "S0041"),
        ("SEKISHO_SMS_URL", "nothing", "S0041"),
        ("SEKISHO_CA_FILE", "/nowhere/ca.pem", "S0044"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, name: str, value: str, code: str):
    assert codes(make_site(tmp_path), {name: value}) == [(code, name)]


def test_mistakes_of_variables_and_files_come_together(tmp_path: Path):
    folder = make_site(tmp_path, attributes=swap(ATTRIBUTES, "type: radio", "type: raido"))
    assert codes(folder, {"SEKISHO_PORT_BASE": "x"}) == [("S0041", "SEKISHO_PORT_BASE"), ("A0004", "attributes.yaml")]


def test_production_needs_somebody_who_delivers(tmp_path: Path):
    assert codes(production(tmp_path), {}, development=False) == [("S0042", "SEKISHO_MAIL_URL")]
    with_sms = PRODUCTION_SITE + "countries: [JP]\ncodes: {sms: {digits: 6, life: 5m}}\n"
    folder = make_site(tmp_path, site=with_sms, clients=PRODUCTION_CLIENTS)
    assert codes(folder, MAIL, development=False) == [("S0042", "SEKISHO_SMS_URL")]


def test_production_never_shows_messages_to_everybody(tmp_path: Path):
    environ = {"SEKISHO_MAIL_URL": "outbox:"}
    assert codes(production(tmp_path), environ, development=False) == [("S0043", "SEKISHO_MAIL_URL")]


def test_production_refuses_an_http_issuer_of_the_environment(tmp_path: Path):
    environ = {**MAIL, "SEKISHO_ISSUER": "http://localhost:9000"}
    assert codes(production(tmp_path), environ, development=False) == [("S0041", "SEKISHO_ISSUER")]
