"""Which claims a client gets, and the claims parameter."""

import json

import pytest

from idp.protocol.claims import (
    ClaimCatalog,
    ClaimRule,
    ClaimsRequest,
    consent_scopes,
    kept_claims,
    names_in,
    parse_claims,
)
from tests.samples import CATALOG, make_client, make_subject


@pytest.mark.spec("OIDC.Core", "5.4")
def test_each_scope_carries_its_claims():
    subject = make_subject()
    assert CATALOG.build(subject, CATALOG.of_scopes(["openid"])) == {}
    assert CATALOG.build(subject, CATALOG.of_scopes(["email"])) == {
        "email": "hanako@example.jp",
        "email_verified": True,
    }
    assert CATALOG.build(subject, CATALOG.of_scopes(["phone"])) == {
        "phone_number": "+819012345678",
        "phone_number_verified": True,
    }
    assert CATALOG.build(subject, CATALOG.of_scopes(["profile"])) == {
        "name": "大学 花子",
        "birthdate": "2005-07-07",
        "updated_at": int(subject.updated_at.timestamp()),
    }


@pytest.mark.spec("OIDC.Core", "5.1.1")
def test_the_address_is_an_object():
    claims = CATALOG.build(make_subject(), ["address"])
    assert claims == {"address": {"formatted": "東京都杉並区和田3-30-22"}}


@pytest.mark.spec("OIDC.Core", "5.3.2")
def test_what_is_not_known_is_left_out():
    subject = make_subject(attributes={"name": "", "birth_date": None}, phones=())
    assert CATALOG.build(subject, CATALOG.claims()) == {
        "email": "hanako@example.jp",
        "email_verified": True,
        "updated_at": int(subject.updated_at.timestamp()),
    }


@pytest.mark.spec("OIDC.Core", "5.1")
def test_an_address_nobody_proved_is_not_called_verified():
    assert CATALOG.build(make_subject(email_verified_at=None), ["email_verified"]) == {"email_verified": False}


@pytest.mark.parametrize("claim", ["sub", "acr", "email_verified", "aud", "sid"])
def test_an_attribute_cannot_speak_for_the_house(claim):
    with pytest.raises(ValueError, match=claim):
        ClaimCatalog((ClaimRule(claim=claim, scope="profile", attribute="nickname"),))


@pytest.mark.spec("OIDC.Core", "5.5")
def test_the_claims_parameter_is_read():
    text = json.dumps(
        {
            "userinfo": {"name": {"essential": True}, "email": None},
            "id_token": {
                "acr": {"essential": True, "values": ["mfa", "phr"]},
                "sub": {"value": "hanako"},
                "signin_state": {"values": [1, 2]},
            },
            "tomorrow": [1, 2],
        }
    )
    assert parse_claims(text) == ClaimsRequest(
        userinfo=("name", "email"),
        id_token=("acr", "sub", "signin_state"),
        acr_values=("mfa", "phr"),
        is_acr_essential=True,
        subject_id="hanako",
    )
    assert parse_claims(None) == parse_claims("{}") == ClaimsRequest()


@pytest.mark.spec("OIDC.Core", "5.5")
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        '"name"',
        '{"userinfo": []}',
        '{"userinfo": "name"}',
        '{"id_token": {"name": true}}',
        '{"id_token": {}, "id_token": {}}',
        '{"userinfo": {"a": {"value": NaN}}}',
        '{"a":' * 1500,
        '{"a": "' + "x" * 9000 + '"}',
    ],
)
def test_malformed_claims_are_refused(text):
    with pytest.raises(ValueError):
        parse_claims(text)


@pytest.mark.spec("OIDC.Core", "5.5")
def test_only_claims_of_scopes_the_client_may_have_are_kept():
    client = make_client(scopes=frozenset({"openid", "profile"}))
    asked = ClaimsRequest(
        userinfo=("name", "email", "shoe_size"),
        id_token=("acr", "birthdate"),
        acr_values=("mfa",),
        is_acr_essential=True,
    )
    kept = kept_claims(asked, client, CATALOG)
    assert kept == {"userinfo": ["name"], "id_token": ["birthdate"], "acr": ["mfa"]}
    assert names_in(kept, "userinfo") == ("name",)
    assert names_in(kept, "nothing") == ()
    assert kept_claims(ClaimsRequest(userinfo=("email",)), client, CATALOG) == {}


@pytest.mark.spec("OIDC.Core", "3.1.2.4")
def test_consent_covers_claims_asked_one_by_one():
    assert consent_scopes(("openid",), {"userinfo": ["name", "email"]}, CATALOG) == ("openid", "profile", "email")
