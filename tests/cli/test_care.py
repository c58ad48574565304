"""`db`, `keys`, `client`: what an operator does to a site's database, signing keys and clients."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.console import run, run_json
from tests.config.sites import make_site
from tests.config.test_settings import MAIL, PRODUCTION_CLIENTS, PRODUCTION_SITE


def rows(site: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(site / "var" / "sekisho.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_the_database_is_brought_up_to_date_and_repeating_it_is_harmless(tmp_path: Path):
    folder = make_site(tmp_path)
    assert run_json("db", "upgrade", "--site", folder) == (0, {"ok": True, "upgraded": True})
    assert run_json("db", "upgrade", "--site", folder) == (0, {"ok": True, "upgraded": False})


def test_a_command_on_a_site_without_a_database_says_what_to_run(tmp_path: Path):
    folder = make_site(tmp_path)
    result = run("user", "list", "--site", folder)
    assert result.exit_code == 1
    assert "sekisho db upgrade" in result.stderr
    assert not (folder / "var").exists()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://", "has to be sqlite:///FILE"),
        ("sqlite:///:memory:", "has to be sqlite:///FILE"),
        ("postgresql://127.0.0.1:1/x", "does not answer"),
        ("sqlite:////proc/nowhere/x.sqlite3", "/proc/nowhere"),
    ],
)
def test_a_database_that_cannot_be_is_one_sentence(tmp_path: Path, url: str, sentence: str):
    result = run("db", "upgrade", "--site", make_site(tmp_path), environ={"SEKISHO_DATABASE_URL": url})
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path):
    folder = make_site(tmp_path)
    (folder / "var").mkdir()
    (folder / "var" / "sekisho.sqlite3").write_text("not a database, but long enough to look like one " * 40)
    result = run("db", "upgrade", "--site", folder)
    assert result.exit_code == 1
    assert "not a database" in result.stderr


def test_keys_are_made_rotated_and_retired(tmp_path: Path):
    folder = make_site(tmp_path)
    assert run("keys", "list", "--site", folder).exit_code == 1
    first = {key["kid"]: key["state"] for key in run_json("keys", "rotate", "--site", folder)[1]["keys"]}
    assert sorted(first.values()) == ["active", "active", "next", "next"]
    second = {key["kid"]: key["state"] for key in run_json("keys", "rotate", "--site", folder)[1]["keys"]}
    assert all(second[kid] == {"active": "retired", "next": "active"}[state] for kid, state in first.items())
    active = next(kid for kid, state in second.items() if state == "active")
    assert run("keys", "retire", active, "--site", folder).exit_code == 0
    listed = {key["kid"]: key["state"] for key in run_json("keys", "list", "--site", folder)[1]["keys"]}
    assert listed[active] == "withdrawn"
    assert sorted(listed.values()).count("active") == 2


@pytest.mark.parametrize("name", ["site.yaml", "clients.yaml", "attributes.yaml", "flows/sign_in.yaml"])
def test_keys_are_changed_while_another_file_is_broken(tmp_path: Path, name: str):
    folder = make_site(tmp_path)
    (folder / name).write_text("name: [")
    assert run("keys", "rotate", "--site", folder, environ={"SEKISHO_ISUER": "x"}).exit_code == 0
    active = next(key["kid"] for key in run_json("keys", "list", "--site", folder)[1]["keys"])
    assert run("keys", "retire", active, "--site", folder).exit_code == 0


def test_keys_are_made_in_a_site_only(tmp_path: Path):
    result = run("keys", "rotate", "--site", tmp_path)
    assert result.exit_code == 1
    assert "There is no site.yaml" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_broken_list_of_keys_is_restored_and_not_made_anew(tmp_path: Path):
    folder = make_site(tmp_path)
    assert run("keys", "rotate", "--site", folder).exit_code == 0
    (folder / "keys" / "signing.json").write_text("[")
    for words in (["list"], ["rotate"]):
        result = run("keys", *words, "--site", folder)
        assert result.exit_code == 1
        assert "Restore the folder keys/ from a backup." in result.stderr


@pytest.mark.parametrize("kid", ["nobody", "-nobody", "-h-nobody"])
def test_a_key_that_is_not_there_is_one_sentence(site: Path, kid: str):
    result = run("keys", "retire", kid, "--site", site)
    assert result.exit_code == 1


def test_the_clients_of_the_file_are_listed(site: Path):
    status, said = run_json("client", "list", "--site", site)
    assert status == 0
    assert {"app", "portal"} <= {client["id"] for client in said["clients"]}
    assert "secret_digests" not in json.dumps(said)


def test_a_secret_is_shown_only_where_the_file_has_it_in_clear(site: Path):
    assert run_json("client", "show", "portal", "--site", site)[1]["client"]["secret"] == "portal-secret"
    assert "secret" not in run_json("client", "show", "app", "--site", site)[1]["client"]
    digest = hashlib.sha256(b"portal-secret").hexdigest()
    assert digest not in run("client", "show", "portal", "--site", site).stdout


def test_a_client_that_is_not_there_is_refused_with_the_nearest(site: Path):
    result = run("client", "show", "protal", "--site", site)
    assert result.exit_code == 1
    assert "perhaps portal" in result.stderr


def test_a_client_is_added_with_a_secret_that_is_shown_once(site: Path):
    words = ["--name", "Shop", "--home-uri", "https://shop.example/", "--redirect-uri", "https://shop.example/cb"]
    status, said = run_json("client", "add", "shop", *words, "--flow", "sign_in", "--site", site)
    assert status == 0
    assert len(said["secret"]) >= 43
    shown = run_json("client", "show", "shop", "--site", site)[1]["client"]
    assert "secret" not in shown
    assert shown["redirect_uris"] == ["https://shop.example/cb"]
    stored = rows(site, "SELECT registration FROM clients WHERE id = 'shop'")
    assert said["secret"] not in str(stored)
    assert hashlib.sha256(said["secret"].encode()).hexdigest() in str(stored)
    audited = rows(site, "SELECT kind, actor FROM audit_events WHERE client_id = 'shop'")
    assert audited[0][0] == "client.added"
    assert str(audited[0][1]).startswith("operator:")
    again = run("client", "add", "shop", *words, "--flow", "sign_in", "--site", site)
    assert again.exit_code == 1


def test_a_public_client_gets_no_secret(site: Path):
    words = ["--public", "--name", "Desk", "--home-uri", "https://desk.example/", "--flow", "sign_in"]
    status, said = run_json("client", "add", "desk", *words, "--redirect-uri", "http://127.0.0.1/cb", "--site", site)
    assert status == 0
    assert "secret" not in said
    assert said["client"]["auth"] == ["none"]


def test_addresses_on_this_machine_are_for_development_and_the_refusal_says_how(tmp_path: Path):
    folder = make_site(tmp_path, site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)
    assert run("db", "upgrade", "--site", folder).exit_code == 0
    words = ["--name", "Shop", "--home-uri", "http://localhost:3000/", "--flow", "sign_in", "--site", folder]
    words += ["--redirect-uri", "http://localhost:3000/callback", "--return-uri", "http://localhost:3000/"]
    status, said = run_json("client", "add", "shop", *words)
    assert status == 1
    assert {(item["code"], item["suggestion"]) for item in said["findings"]} == {("C0011", "--development")}
    status, said = run_json("client", "add", "shop", *words, "--development")
    assert status == 0
    assert said["client"]["redirect_uris"] == ["http://localhost:3000/callback"]
    assert {item["code"] for item in said["notices"]} == {"C0011"}
    assert run("db", "upgrade", "--site", folder, environ=MAIL).exit_code == 0
    _, said = run_json("doctor", "--site", folder, environ=MAIL)
    assert {item["file"] for item in said["findings"] if item["code"] == "C0011"} == {"client shop"}


def test_a_misspelt_address_is_not_cured_by_development(site: Path):
    words = ["--name", "X", "--home-uri", "http://localhost:1/", "--redirect-uri", "JavaScript:alert(1)"]
    _, said = run_json("client", "add", "x", *words, "--flow", "sign_in", "--site", site)
    assert "--development" not in {item["suggestion"] for item in said["findings"]}


def test_a_client_is_checked_like_one_of_the_file(site: Path):
    words = ["--name", "X", "--home-uri", "https://x.example/", "--flow", "signin", "--scope", "emial"]
    status, said = run_json(
        "client", "add", "x", *words, "--redirect-uri", "JavaScript:alert(1)", "--min-acr", "mfaa", "--site", site
    )
    assert status == 1
    assert {(item["code"], item["suggestion"]) for item in said["findings"]} == {
        ("C0011", None),
        ("C0014", "mfa"),
        ("C0015", "email"),
        ("C0016", "sign_in"),
    }
    assert run("client", "show", "x", "--site", site).exit_code == 1


def test_a_bad_id_is_a_finding(site: Path):
    words = ["--name", "X", "--home-uri", "https://x.example/", "--flow", "sign_in", "--redirect-uri", "https://x/cb"]
    assert run_json("client", "add", "a b", *words, "--site", site)[0] == 1
