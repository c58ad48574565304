"""`user`: accounts added, shown, disabled and changed by an operator; every change leaves its trace."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idp.delivery.messages import MessageRenderer
from idp.domain.session import AuthenticationEvent, Method, Session
from idp.services import build_services
from idp.settings import from_env
from tests.cli.console import run, run_json
from tests.config.sites import make_site


def add(site: Path, email: str, *words: str) -> dict[str, Any]:
    status, said = run_json("user", "add", email, *words, "--site", site)
    assert status == 0, said
    user: dict[str, Any] = said["user"]
    return user


def audit(site: Path, subject_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    connection = sqlite3.connect(site / "var" / "sekisho.sqlite3")
    query = "SELECT kind, actor, detail FROM audit_events WHERE subject_id = ? ORDER BY id"
    found = connection.execute(query, (subject_id,)).fetchall()
    connection.close()
    return [(kind, actor, json.loads(detail)) for kind, actor, detail in found]


def sign_in(site: Path, subject_id: str) -> None:
    services = build_services(from_env(site, development=True, environ={}))
    now = services.clock.now()
    services.sessions.create(
        Session(
            id=services.secrets.identifier(),
            sid=services.secrets.identifier(),
            token_digest=services.digester.digest("session", services.secrets.token()),
            subject_id=subject_id,
            events=(AuthenticationEvent(method=Method.PASSWORD, at=now),),
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=1),
        )
    )


def waiting_messages(site: Path) -> list[dict[str, Any]]:
    services = build_services(from_env(site, development=True, environ={}))
    jobs = services.outbox.claim(services.clock.now(), lease=timedelta(seconds=0), limit=100)
    return [dict(job.payload) for job in jobs if job.kind.value == "message"]


def test_an_account_is_added_and_shown(site: Path):
    user = add(site, "Tanaka@Example.JP", "--set", "name=田中 一", "--set", "sex=female", "--phone", "090-1111-2222")
    assert user["email"] == "Tanaka@example.jp"
    assert user["attributes"] == {"name": "田中 一", "sex": "female"}
    assert [phone["number"] for phone in user["phones"]] == ["+819011112222"]
    shown = run_json("user", "show", "tanaka@example.jp", "--site", site)[1]["user"]
    assert shown == {**user, "has_password": False, "live_sessions": 0}
    assert run_json("user", "show", user["id"], "--site", site)[1]["user"] == shown
    kind, actor, _ = audit(site, user["id"])[0]
    assert kind == "account.created"
    assert actor.startswith("operator:")


def test_an_address_has_one_account(site: Path):
    add(site, "once@example.jp")
    result = run("user", "add", "ONCE@example.jp", "--site", site)
    assert result.exit_code == 1
    assert "has an account already" in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["no-address"], "no-address"),
        (["x@example.jp", "--set", "nmae=x"], "perhaps name"),
        (["x@example.jp", "--set", "sex=robot"], "sex"),
        (["x@example.jp", "--set", "email=y@example.jp"], "email"),
        (["x@example.jp", "--set", "name"], "NAME=VALUE"),
        (["x@example.jp", "--phone", "110"], "110"),
        (["x@example.jp", "--phone", "+1 202 555 0100"], "202"),
    ],
)
def test_what_a_page_would_refuse_is_refused_here_too(site: Path, words: list[str], sentence: str):
    result = run("user", "add", *words, "--site", site)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_nobody_is_shown_for_an_address_without_an_account(site: Path):
    for words in (["show", "nobody@example.jp"], ["disable", "nobody"], ["show", "nobody"]):
        result = run("user", *words, "--site", site)
        assert result.exit_code == 1
        assert "There is no account" in result.stderr


def test_accounts_are_listed_page_by_page(site: Path):
    for number in range(3):
        add(site, f"page{number}@example.jp")
    first = run_json("user", "list", "--limit", "2", "--site", site)[1]["users"]
    assert len(first) == 2
    rest = run_json("user", "list", "--after", first[-1]["id"], "--site", site)[1]["users"]
    assert {user["id"] for user in first}.isdisjoint(user["id"] for user in rest)
    assert "--after" in run("user", "list", "--limit", "2", "--site", site).stdout


def test_a_disabled_account_loses_its_sessions(site: Path):
    user = add(site, "leaver@example.jp")
    sign_in(site, user["id"])
    assert run_json("user", "disable", "leaver@example.jp", "--reason", "left", "--site", site) == (
        0,
        {"ok": True, "id": user["id"], "ended_sessions": 1},
    )
    shown = run_json("user", "show", user["id"], "--site", site)[1]["user"]
    assert (shown["status"], shown["live_sessions"]) == ("disabled", 0)
    assert audit(site, user["id"])[-1][0::2] == ("account.disabled", {"reason": "left"})


def test_a_changed_address_ends_sessions_and_both_addresses_are_told(site: Path):
    user = add(site, "old.address@example.jp")
    sign_in(site, user["id"])
    words = ["old.address@example.jp", "new.address@example.jp", "--reason", "shown a card at the shop"]
    status, said = run_json("user", "change-email", *words, "--site", site)
    assert (status, said["ended_sessions"]) == (0, 1)
    assert run("user", "show", "old.address@example.jp", "--site", site).exit_code == 1
    assert run_json("user", "show", "new.address@example.jp", "--site", site)[1]["user"]["id"] == user["id"]
    kind, _, detail = audit(site, user["id"])[-1]
    assert kind == "account.changed"
    assert detail == {"reason": words[-1], "from": "o***@example.jp", "to": "n***@example.jp"}
    told = [item["to"] for item in waiting_messages(site) if item["template"] == "email_changed"]
    assert sorted(told) == ["new.address@example.jp", "old.address@example.jp"]


def test_an_address_is_never_taken_from_another_account(site: Path):
    add(site, "owner@example.jp")
    user = add(site, "wanter@example.jp")
    result = run("user", "change-email", "wanter@example.jp", "Owner@example.jp", "--reason", "x", "--site", site)
    assert result.exit_code == 1
    assert "belongs to another account" in result.stderr
    assert run_json("user", "show", user["id"], "--site", site)[1]["user"]["email"] == "wanter@example.jp"
    assert [kind for kind, _, _ in audit(site, user["id"])] == ["account.created"]


def test_a_removed_phone_ends_sessions_and_its_owner_is_told(site: Path):
    user = add(site, "lost.phone@example.jp", "--phone", "09033334444")
    sign_in(site, user["id"])
    words = ["lost.phone@example.jp", "--phone", "+81 90 3333 4444", "--reason", "phone lost"]
    status, said = run_json("user", "remove-factor", *words, "--site", site)
    assert (status, said["ended_sessions"]) == (0, 1)
    assert run_json("user", "show", user["id"], "--site", site)[1]["user"]["phones"] == []
    assert audit(site, user["id"])[-1][0::2] == (
        "factor.removed",
        {"reason": "phone lost", "phone": "090-****-**44"},
    )
    assert [item["to"] for item in waiting_messages(site) if item["template"] == "factor_removed"] == [user["email"]]
    assert run("user", "remove-factor", *words, "--site", site).exit_code == 1


@pytest.mark.parametrize("words", [["change-email", "a@example.jp", "b@example.jp"], ["remove-factor", "a@example.jp"]])
def test_a_change_without_a_reason_is_misuse(site: Path, words: list[str]):
    assert run("user", *words, "--site", site).exit_code == 2


def test_an_empty_reason_is_no_reason(site: Path):
    add(site, "reason@example.jp")
    result = run("user", "change-email", "reason@example.jp", "other@example.jp", "--reason", " ", "--site", site)
    assert result.exit_code == 1


def test_both_notices_can_be_rendered_in_every_language(site: Path):
    services = build_services(from_env(site, development=True, environ={}))
    renderer = MessageRenderer(site=services.site, texts=services.texts, clock=services.clock)
    for locale in ("ja", "en"):
        for template in ("email_changed", "factor_removed"):
            params = {"at": services.clock.now().isoformat(), "old_email": "o***@x.jp", "new_email": "n***@x.jp"}
            params["phone"] = "090-****-**44"
            payload = {"template": template, "channel": "mail", "to": "a@x.jp", "locale": locale, "params": params}
            message = renderer.render(payload, "id")
            assert message.subject
            assert ("***@x.jp" in message.text) == (template == "email_changed")


@pytest.mark.parametrize("broken", ["flows/sign_in.yaml", "flows/new.yaml", "locales/en.yaml"])
def test_a_mistake_in_a_flow_or_text_keeps_nobody_from_helping_people(tmp_path: Path, broken: str):
    site = make_site(tmp_path)
    assert run("db", "upgrade", "--site", site).exit_code == 0
    user = add(site, "victim@example.jp", "--phone", "09011112222")
    (site / "locales").mkdir()
    (site / broken).write_text("flow: [\n")
    assert run("flow", "check", "--site", site).exit_code == 1
    assert run("user", "list", "--site", site).exit_code == 0
    assert run("user", "show", user["id"], "--site", site).exit_code == 0
    words = ["--reason", "stolen", "--site", site]
    assert run("user", "remove-factor", user["id"], "--phone", "09011112222", *words).exit_code == 0
    assert run("user", "change-email", user["id"], "own@example.jp", *words).exit_code == 0
    assert run("user", "disable", user["id"], *words).exit_code == 0
    assert run_json("user", "show", user["id"], "--site", site)[1]["user"]["status"] == "disabled"
