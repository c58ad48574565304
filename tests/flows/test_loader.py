"""Every mistake in a flow is reported at once, with file, line, column and a suggestion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idp.config.findings import Finding
from idp.config.site_folder import Frame, load_folder
from idp.flows.loader import load_flows
from idp.steps import REGISTRY
from tests.flows.bench import SITE


def findings(folder: Path, *steps: str, name: str = "mine", head: str = "flow: mine\nsteps:\n") -> list[Finding]:
    read = load_folder(SITE, Frame(is_development=True))
    (folder / "flows").mkdir()
    (folder / "flows" / f"{name}.yaml").write_text(head + "".join(f"  - {step}\n" for step in steps))
    flows, found = load_flows(replace(read.site, folder=folder), read.attributes, REGISTRY)
    assert (flows is None) == bool(found)
    return list(found)


CASES = [
    (["pagee: x"], ("F0102", 3, 5, "page")),
    (["verify: emall"], ("F0102", 3, 13, "email")),
    (["page: x\n    feilds: [email]"], ("F0101", 4, 5, "fields")),
    (["page: x\n    fields: [emial!]"], ("F0103", 4, 14, "email")),
    (["page: x\n    links: {a: mien}"], ("F0104", 4, 16, "mine")),
    (["page: x\n    links: {a: {flow: mine, wen: x}}"], ("F0101", 4, 29, "when")),
    (["run: mien"], ("F0104", 3, 10, "mine")),
    (["page: x\n    when: user.emial == ''"], ("F0107", 4, 11, "user.email")),
    (["page: x\n    when: client.id == 1"], ("F0106", 4, 21, None)),
    (["page: x\n    when: client.id"], ("F0106", 4, 11, None)),
    (["page: x\n    when: proven(1)"], ("F0106", 4, 17, None)),
    (["page: x\n    then: nowhere"], ("F0108", 4, 11, None)),
    (["call: member_registry"], ("F0109", 3, 5, None)),
    (["call: member_registy\n    on_fail: continue"], ("F0110", 3, 11, "member_registry")),
    (["call: member_registry\n    send: {emal: email}\n    on_fail: continue"], ("F0111", 4, 18, "email")),
    (["page: x\n    fields: [password!]"], ("F0112", 4, 14, None)),
    (["page: x\n    check: [verify: email]"], ("F0114", 4, 21, None)),
    (["page: x", "page: x"], ("F0115", 4, 11, None)),
    (["end: return", "page: x"], ("F0117", 4, 5, None)),
    (["run: mine"], ("F0118", 3, 10, None)),
    (["verify: password"], ("F0119", 3, 13, None)),
    (["create: user"], ("F0121", 3, 5, None)),
    (["verify: email\n    by: lnk"], ("F0105", 4, 9, "link")),
    (["verify: email\n    expires: 60"], ("F0105", 4, 14, "60s or 60m")),
    (["verify: email\n    expires: 60 minutes"], ("F0105", 4, 14, "60m")),
    (["verify: phone\n    by: sms"], ("F0105", 4, 9, "[sms]")),
    (["verify: phone\n    by: [sns]"], ("F0105", 4, 10, "sms")),
    (["page: x\n    fields: email"], ("F0105", 4, 13, "[email]")),
    (["page: x\n    prefill: replyy"], ("F0105", 4, 14, "reply")),
    (["page: x\n    check:", "page: y"], ("F0105", 4, 10, None)),
    (["page:", "page: y"], ("F0105", 3, 9, None)),
    (["create: user\n    unproven: true"], ("F0113", 4, 15, None)),
    (["end: signed"], ("F0105", 3, 10, "signed_in")),
    (["page: x\n    when: needs('mfaa')"], ("F0123", 4, 17, "mfa")),
    (["page: x\n    when: needs(client.id)"], ("F0123", 4, 11, None)),
    (["page: x\n    when: shown('password')"], ("F0123", 4, 17, None)),
    (["page: x\n    when: proven('email')"], ("F0123", 4, 18, "email")),
    (["page: x\n    when: proven(email, duration('10 minutes'))"], ("F0123", 4, 34, "10m")),
    (["page: x\n    when: need('mfa')"], ("F0107", 4, 11, "needs")),
    (["verify: identifier\n    realm: account\n    sign_in: mine"], ("F0126", 4, 12, None)),
    (["verify: identifier\n    realm: x\n    sign_in: mien"], ("F0104", 5, 14, "mine")),
    (["page: x\n    fields: [email!]\n    check: [verify: password]"], ("F0130", 5, 21, None)),
    (
        ["page: x\n    fields: [email!, password!]\n    check:\n      - verify: password\n        password: pasword"],
        ("F0103", 7, 19, "password"),
    ),
    (["page: x\n    fields: [email!]\n    check: [update: password]"], ("F0130", 5, 21, None)),
    (["page: x\n    on_fail: continue"], ("F0131", 4, 5, None)),
    (
        ["page: x\n    check:\n      - {call: member_registry, on_fail: elsewhere}"],
        ("F0131", 5, 42, None),
    ),
    (["page: x\n    check:\n      - {set: {name: email}, then: x}"], ("F0131", 5, 30, None)),
    (["page: x\n    fields: [email, email!]"], ("F0132", 4, 21, None)),
    (["end: declined\n    error: login_requird"], ("F0133", 4, 12, "login_required")),
    (["require: email != ''\n    message: x\n    field: nmae"], ("F0103", 5, 12, "name")),
    (["page: a b<c>"], ("F0105", 3, 11, None)),
    (["enroll: phone\n    by: []"], ("F0105", 4, 9, "[sms]")),
    (["set: {birth_date: email}"], ("F0106", 3, 23, None)),
    (["set: {birth_date: reply.found}"], ("F0106", 3, 23, None)),
    (["set: {admission_year: age(birth_date)}"], ("F0106", 3, 27, "string(age(birth_date))")),
    (["set: {name: user.phones}"], ("F0106", 3, 17, None)),
    (["set: {nmae: email}"], ("F0103", 3, 17, "name")),
    (["update: user\n    set: {name: reply.count > 1}"], ("F0106", 4, 17, None)),
    (["update: user\n    set: {nmae: email}"], ("F0103", 4, 17, "name")),
    (["update: user\n    set: {email: email}"], ("F0103", 4, 18, None)),
    (["update: user\n    set: {phone: phone}"], ("F0103", 4, 18, None)),
    (["find: user\n    by: reply.count"], ("F0106", 4, 9, "string(reply.count)")),
    (
        ["call: joining_system\n    send: {admission_year: email}\n    on_fail: continue"],
        ("F0106", 4, 28, None),
    ),
    (
        ["call: joining_system\n    send: {name: reply.count}\n    on_fail: continue"],
        ("F0106", 4, 18, "string(reply.count)"),
    ),
    (["call: joining_system\n    send: {birth_date: name}\n    on_fail: continue"], ("F0106", 4, 24, None)),
]
RIGHT = [
    "set: {birth_date: reply.birth_date}",
    "set: {birth_date: user.birth_date, admission_year: user.admission_year, name: reply.name}",
    "set: {admission_year: string(reply.admission_year)}",
    "set:\n      name: needs(\"mfa\") ? 'needs(\"x\")':''",
    "call: joining_system\n    send: {admission_year: user.admission_year, birth_date: birth_date}\n    on_fail: continue",
    "page: x\n    when: proven(email, duration('1h30m')) && shown('tel')",
]


@pytest.mark.parametrize(("steps", "expected"), CASES, ids=[f"{case[1][0]}-{at}" for at, case in enumerate(CASES)])
def test_a_mistake_is_named_with_its_place_and_a_suggestion(tmp_path: Path, steps: list[str], expected: tuple):
    found = findings(tmp_path, *steps)
    assert expected in [(f.code, f.line, f.column, f.suggestion) for f in found], found
    assert all(f.file == "flows/mine.yaml" for f in found)
    assert all(f.excerpt for f in found)


@pytest.mark.parametrize(
    "step", ["verify: email", "verify: phone", "enroll: phone", "verify: identifier\n    realm: x\n    sign_in: mine"]
)
def test_messages_that_nothing_limits_are_a_finding(tmp_path: Path, step: str):
    read = load_folder(SITE, Frame(is_development=True))
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "mine.yaml").write_text(f"flow: mine\nsteps:\n  - {step}\n")
    _, found = load_flows(replace(read.site, folder=tmp_path, budgets={}), read.attributes, REGISTRY)
    assert {item.code for item in found} == {"F0129"}


@pytest.mark.parametrize("step", ["verify: email\n    expires: 60 minutes", "verfy: email"])
def test_what_follows_from_a_step_that_cannot_be_read_is_not_said(tmp_path: Path, step: str):
    assert len(findings(tmp_path, step, "create: user", "page: x\n    on_fail: verify")) == 1


def test_a_flow_whose_file_cannot_be_read_is_still_known(tmp_path: Path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "mine.yaml").write_text("flow: mine\nsteps:\n  - run: other\n")
    (tmp_path / "flows" / "other.yaml").write_text("flow: other\nsteps: [\n")
    read = load_folder(SITE, Frame(is_development=True))
    _, found = load_flows(replace(read.site, folder=tmp_path), read.attributes, REGISTRY)
    assert {item.file for item in found} == {"flows/other.yaml"}


def test_what_a_flow_is_about_is_text(tmp_path: Path):
    (found,) = findings(tmp_path, "page: x", head="flow: mine\nabout: [a]\nsteps:\n")
    assert (found.code, found.line) == ("F0105", 2)


def test_one_word_of_the_wrong_shape_is_one_finding(tmp_path: Path):
    (found,) = findings(tmp_path, "page: x\n    show: email")
    assert (found.message, found.suggestion) == ("`page`: `show` must be a list", "[email]")


def test_a_flow_under_another_ending_is_not_missed(tmp_path: Path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "mine.yaml").write_text("flow: mine\nsteps:\n  - end: return\n")
    (tmp_path / "flows" / "other.yml").write_text("flow: other\n")
    read = load_folder(SITE, Frame(is_development=True))
    _, (found,) = load_flows(replace(read.site, folder=tmp_path), read.attributes, REGISTRY)
    assert (found.file, found.code, found.suggestion) == ("flows/other.yml", "F0135", "other.yaml")


def test_a_number_needs_codes_by_sms(tmp_path: Path):
    read = load_folder(SITE, Frame(is_development=True))
    (tmp_path / "flows").mkdir()
    step = "verify: identifier\n    realm: x\n    sign_in: mine"
    (tmp_path / "flows" / "mine.yaml").write_text(f"flow: mine\nsteps:\n  - {step}\n")
    codes = {"mail": read.site.codes["mail"]}
    _, found = load_flows(replace(read.site, folder=tmp_path, codes=codes), read.attributes, REGISTRY)
    assert [(item.code, item.line) for item in found] == [("F0122", 3)]


@pytest.mark.parametrize("step", RIGHT)
def test_what_is_right_is_no_finding(tmp_path: Path, step: str):
    assert findings(tmp_path, step) == []


def test_all_mistakes_of_a_file_come_at_once(tmp_path: Path):
    found = findings(tmp_path, "pagee: x", "page: y\n    feilds: [a]\n    fields: [emial!]", "run: nowhere")
    assert {f.code for f in found} == {"F0101", "F0102", "F0103", "F0104"}


def test_the_road_names_pages_of_the_flow(tmp_path: Path):
    head = "flow: mine\nprogress: [first, mail_sent, middel]\nsteps:\n"
    steps = ("page: first\n    fields: [email!]", "verify: email\n    by: link", "page: middle")
    (found,) = findings(tmp_path, *steps, head=head)
    assert (found.code, found.line, found.column, found.suggestion) == ("F0108", 2, 30, "middle")


def test_the_name_in_the_file_has_to_be_the_files_name(tmp_path: Path):
    (found,) = findings(tmp_path, "end: return", head="flow: yours\nsteps:\n")
    assert (found.code, found.line, found.suggestion) == ("F0116", 1, "mine")


@pytest.mark.parametrize(
    "text", ["", "flow: mine", "flow: mine\nsteps: 3", "- a", "flow: mine\nsteps: [3]", "a: &x [*x]"]
)
def test_a_file_of_the_wrong_shape_is_a_finding_not_a_traceback(tmp_path: Path, text: str):
    assert findings(tmp_path, head=text)


def test_the_sample_sites_flows_are_short_and_right():
    read = load_folder(SITE, Frame(is_development=True))
    flows, found = load_flows(read.site, read.attributes, REGISTRY)
    assert found == ()
    assert flows is not None
    assert all(len(text.strip().splitlines()) < 40 for text in flows.sources.values())


def test_a_way_that_the_site_has_switched_off_is_named(tmp_path: Path):
    read = load_folder(SITE, Frame(is_development=True))
    quiet = replace(read.site, folder=tmp_path, codes={"mail": read.site.codes["mail"], "sms": read.site.codes["sms"]})
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "mine.yaml").write_text("flow: mine\nsteps:\n  - verify: phone\n    by: [sms, voice]\n")
    flows, found = load_flows(quiet, read.attributes, REGISTRY)
    assert flows is None
    assert [(f.code, f.line, f.column) for f in found] == [("F0122", 4, 15)]
