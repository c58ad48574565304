"""attributes.yaml: every mistake is said with its place and a suggestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.config.attributes_file import RESERVED_CLAIMS
from idp.config.site_folder import Frame, SiteFolder, load_folder
from tests.config.sites import ATTRIBUTES, SITE, make_site, swap


def load(folder: Path, attributes: str) -> SiteFolder:
    return load_folder(make_site(folder, attributes=attributes), Frame(is_development=True))


def test_attributes_are_what_the_file_says(tmp_path: Path):
    attributes = load(tmp_path, ATTRIBUTES).attributes
    assert attributes is not None
    name = attributes.get("name")
    assert name is not None
    assert (name.claim, name.scope, name.stored) == ("name", "profile", True)
    sex = attributes.get("sex")
    assert sex is not None
    assert [choice.value for choice in sex.choices] == ["female", ""]
    assert attributes.scopes["profile"].labels["ja"] == "氏名"
    assert [item.name for item in attributes.of_scopes(["profile", "openid"])] == ["name"]


MISTAKES = [
    ("type: radio", "type: raido", "A0004", 16, 11, "radio"),
    ("type: radio", "typ: radio", "A0001", 16, 5, "type"),
    ("label: {ja: 性別, en: Sex}", "label: {ja: 性別}", "A0014", 17, 5, "en: …"),
    ("{female: {ja: 女性, en: Female}", "{female: {ja: 女性}", "A0014", 18, 15, "en: …"),
    ("claim: name\n    scope: profile", "claim: name\n    scope: profil", "A0011", 14, 12, "profile"),
    ("claim: name\n    scope: profile", "claim: name", "A0017", 10, 3, None),
    ("claim: name\n    scope: profile", "claim: 'na me'\n    scope: profile", "A0006", 13, 12, None),
    ("claim: name\n    scope: profile", "claim: phone_number\n    scope: profile", "A0019", 13, 12, None),
    ("claim: email\n", "claim: mail\n", "A0019", 8, 12, None),
    ("    claim: name\n", "    claim: name\n    pattern: '['\n", "A0013", 14, 14, None),
    ("    claim: name\n", "    claim: name\n    choices: {a: b}\n", "A0012", 10, 3, None),
    ("    claim: name\n", "    claim: name\n    years: [-10, 0]\n", "A0019", 14, 5, None),
    ("    claim: name\n", "    claim: name\n    min_length: 10\n    max_length: 5\n", "A0016", 14, 17, None),
    ("    claim: name\n", "    claim: name\n    max_length: 100000\n", "A0005", 14, 17, "5000"),
    ("    claim: name\n", "    claim: name\n    autocomplete: 'x\"y'\n", "A0006", 14, 19, None),
    ("  profile:\n", "  profile:\n    label: x\n  openid:\n", "A0020", 4, 3, None),
    ("  sex:\n    type: radio", "  action:\n    type: radio", "A0015", 15, 3, None),
    ("  sex:\n    type: radio", "  int:\n    type: radio", "A0015", 15, 3, None),
    ("  sex:\n    type: radio", "  in:\n    type: radio", "A0015", 15, 3, None),
    ("  sex:\n    type: radio", "  user:\n    type: radio", "A0015", 15, 3, None),
    ("  sex:\n    type: radio", "  Sex-1:\n    type: radio", "A0006", 15, 3, None),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "column", "suggestion"), MISTAKES)
def test_a_mistake_is_said_at_its_place(
    tmp_path: Path, old: str, new: str, code: str, line: int, column: int, suggestion: str | None
):
    site = SITE.replace("      attributes: {name: 花子}\n", "")
    make_site(tmp_path, site=site, attributes=swap(ATTRIBUTES, old, new))
    findings = load_folder(tmp_path, Frame(is_development=True)).findings
    assert [(item.file, item.code, item.line, item.column) for item in findings] == [
        ("attributes.yaml", code, line, column)
    ]
    assert findings[0].suggestion == suggestion


@pytest.mark.spec("OIDCCore", "5.7")
@pytest.mark.parametrize("claim", sorted(RESERVED_CLAIMS))
def test_a_claim_of_the_provider_cannot_be_set(tmp_path: Path, claim: str):
    broken = swap(ATTRIBUTES, "claim: name", f"claim: {claim}")
    assert [item.code for item in load(tmp_path, broken).findings] == ["A0010"]


def test_the_reserved_claims_are_those_of_the_requirement():
    required = {
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "nbf",
        "jti",
        "nonce",
        "azp",
        "acr",
        "amr",
        "auth_time",
        "cnf",
        "sid",
    }
    assert required | {"email_verified"} <= RESERVED_CLAIMS


def test_a_claim_belongs_to_one_attribute(tmp_path: Path):
    twice = f"{ATTRIBUTES}    claim: name\n    scope: profile\n"
    assert [(item.code, item.line) for item in load(tmp_path, twice).findings] == [("A0018", 19)]


def test_secrets_and_identifiers_are_never_stored_or_shown(tmp_path: Path):
    more = f"{ATTRIBUTES}  password:\n    type: password\n    label: x\n  identifier:\n    type: identifier\n    label: x\n"
    attributes = load(tmp_path, more).attributes
    assert attributes is not None
    assert not attributes.by_name["password"].stored
    assert not attributes.by_name["identifier"].stored
    shown = f"{more}    claim: nickname\n    scope: profile\n"
    assert [item.code for item in load(tmp_path, shown).findings] == ["A0019"]


def test_a_phone_needs_countries(tmp_path: Path):
    attributes = f"{ATTRIBUTES}  phone:\n    type: phone\n    label: x\n"
    site = SITE.replace("countries: [JP]\n", "").replace("codes:\n  sms: {digits: 6, life: 5m}\n", "")
    findings = load_folder(make_site(tmp_path, site=site, attributes=attributes), Frame(is_development=True)).findings
    assert [(item.file, item.code) for item in findings] == [("site.yaml", "S0018")]
