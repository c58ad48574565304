"""`flow check` looks at flows as people walk them: from the client that begins them, through parts and links."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.console import run_json

ROOT = Path(__file__).parents[2]
PARTS = ("site.yaml", "clients.yaml", "attributes.yaml", "flows", "locales")
WHO = "  - {page: who, fields: [email!]}\n  - find: user\n"
PASSWORD = "  - {page: sign_in, fields: [email!, password!], check: [verify: password]}\n"
END = "  - end: signed_in\n"
UPDATE = "  - {update: user, set: {name: email}}\n"
NEVER_SHOWN = [
    WHO + UPDATE,
    WHO + "  - enroll: phone\n" + END,
    "  - consent: client\n" + END,
    "  - {page: who, fields: [email!]}\n" + END,
    WHO + "  - {page: p, fields: [new_password!], check: [update: password]}\n",
    "  - {page: who, fields: [email!], check: [{update: user, set: {name: email}}]}\n",
    "  - {page: who, links: {forgot: changes}}\n",
    WHO + "  - run: changes\n",
]
MAYBE_SHOWN = [
    PASSWORD + UPDATE + END,
    "  - {verify: email, when: 'email == \"\"'}\n  - enroll: phone\n" + END,
    "  - {page: p, when: '!shown(\"pwd\")', links: {forgot: set_password}}\n" + UPDATE,
    "  - {page: p, fields: [email!, password!], check: [verify: password, {update: user, set: {name: email}}]}\n" + END,
    "  - {verify: email, if_unknown: send}\n  - {page: p, fields: [new_password!], check: [update: password]}\n",
    "  - {page: first}\n"
    + UPDATE
    + "  - {page: p, fields: [email!, password!], check: [verify: password], then: first}\n",
    "  - run: sign_in\n  - run: changes\n" + END,
    "  - {consent: client}\n" + PASSWORD + END,  # for somebody whose session is carried in
]


@pytest.fixture
def check(tmp_path: Path):
    def say(steps: str, *, client: str = "", starts: bool = False, **more: str) -> list[tuple[str, str, int]]:
        for name in PARTS:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            copy(ROOT / name, tmp_path / name)
        for name, text in {"own": steps, "changes": UPDATE, **more}.items():
            (tmp_path / "flows" / f"{name}.yaml").write_text(f"flow: {name}\nsteps:\n{text}")
        entry = (
            "grant_types: []\n    starts: [own]\n    "
            if starts
            else "flow: own\n    redirect_uris: [http://localhost:9001/x]\n    "
        )
        with (tmp_path / "clients.yaml").open("a") as file:
            file.write(f"\n  own:\n    name: x\n    type: public\n    home_uri: http://localhost:9001/\n    {entry}")
            file.write(client or "consent: never")
            file.write("\n")
        found = run_json("flow", "check", "--site", tmp_path)[1].get("findings", [])
        return [(item["file"], item["code"], item["line"]) for item in found]

    return say


@pytest.mark.parametrize("steps", NEVER_SHOWN)
def test_a_step_that_needs_somebody_who_has_shown_a_credential_never_finds_one(check, steps: str):
    used = "changes" in steps
    assert [code for _, code, _ in check(steps, changes=UPDATE if used else END)][:1] == ["F0127"]


@pytest.mark.parametrize("steps", MAYBE_SHOWN)
def test_a_step_that_somebody_may_come_to_is_right(check, steps: str):
    assert check(steps, changes=UPDATE if "changes" in steps else "  - page: x\n") == []


def test_a_journey_that_a_site_starts_carries_no_session(check):
    steps = "  - {page: x}\n" + UPDATE + PASSWORD + END
    assert check(steps, starts=True, changes="  - page: x\n") == [("flows/own.yaml", "F0127", 4)]


@pytest.mark.parametrize(
    ("before", "codes"),
    [
        ("", ["F0128"]),
        ("  - {page: x, fields: [email]}\n", ["F0128"]),
        ("  - {page: x, fields: [email!]}\n", []),
        ("  - {verify: email, by: code, if_unknown: send}\n", []),
        ("  - {set: {email: request.login_hint}}\n", []),
    ],
)
def test_a_link_needs_an_address(check, before: str, codes: list[str]):
    steps = before + "  - {verify: email, by: link, if_unknown: send}\n" + END
    assert [code for _, code, _ in check(steps, changes="  - page: x\n")] == codes


def test_a_link_for_whoever_typed_an_address_is_right(check):
    steps = "  - {page: x, fields: [email]}\n  - {verify: email, by: link, when: email != ''}\n  - end: return\n"
    assert check(steps, changes="  - page: x\n") == []


@pytest.mark.parametrize(
    ("steps", "client", "code"),
    [
        (PASSWORD + END, "consent: never\n    min_acr: mfa", "C0024"),
        ("  - verify: email\n  - verify: phone\n" + END, "consent: never\n    min_acr: mfa", "C0024"),
        (PASSWORD + "  - {verify: phone, when: needs('mfa')}\n" + END, "consent: never\n    min_acr: mfa", None),
        (PASSWORD + END, "consent: never\n    min_acr: pwd", None),
        (PASSWORD + END, "consent: remembered", "C0025"),
        (PASSWORD + END, "consent: always", "C0025"),
        (PASSWORD + "  - run: asks\n" + END, "consent: remembered", None),
    ],
)
def test_a_client_gets_what_it_wants_from_its_flow(check, steps: str, client: str, code: str | None):
    found = check(
        steps,
        client=client,
        changes="  - page: x\n",
        asks="  - consent: client\n" if "asks" in steps else "  - page: y\n",
    )
    assert [item[1] for item in found] == ([code] if code else [])


def test_a_third_level_is_reached_by_nobody(check, tmp_path: Path):
    check(PASSWORD + END)
    site = tmp_path / "site.yaml"
    site.write_text(site.read_text().replace("acr: [pwd, mfa]", "acr: [pwd, mfa, hardware]"))
    clients = tmp_path / "clients.yaml"
    clients.write_text(clients.read_text().replace("min_acr: mfa  ", "min_acr: hardware"))
    found = run_json("flow", "check", "--site", tmp_path)[1]["findings"]
    assert "C0024" in [item["code"] for item in found]
