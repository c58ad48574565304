"""The discovery document tells the truth."""

import pytest

from idp.protocol.metadata import Capabilities, build_metadata
from tests.samples import CATALOG, ISSUER, LEVELS

DOCUMENT = build_metadata(
    Capabilities(
        issuer=ISSUER,
        levels=LEVELS,
        catalog=CATALOG,
        locales=("ja", "en"),
        grant_types=("authorization_code", "refresh_token", "client_credentials"),
        signing_algorithms=("RS256", "ES256"),
        assertion_algorithms=("ES256", "RS256"),
    )
)


@pytest.mark.spec("OIDC.Discovery", "3")
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("issuer", ISSUER),
        ("authorization_endpoint", f"{ISSUER}/authorize"),
        ("scopes_supported", ["openid", "address", "email", "phone", "profile", "offline_access"]),
        ("response_types_supported", ["code"]),
        ("response_modes_supported", ["query", "form_post"]),
        ("subject_types_supported", ["public"]),
        ("acr_values_supported", ["pwd", "mfa"]),
        ("prompt_values_supported", ["none", "login", "consent", "select_account"]),
        ("ui_locales_supported", ["ja", "en"]),
        ("claims_parameter_supported", True),
        ("request_parameter_supported", False),
        ("request_uri_parameter_supported", False),
        ("code_challenge_methods_supported", ["S256"]),
        ("authorization_response_iss_parameter_supported", True),
        ("backchannel_logout_supported", True),
        ("backchannel_logout_session_supported", True),
    ],
)
@pytest.mark.spec("RFC9207", "3")
@pytest.mark.spec("RFC7636", "6.2")
def test_members(member, value):
    assert DOCUMENT[member] == value


@pytest.mark.spec("OIDC.Discovery", "3")
def test_claims_come_from_the_attributes():
    assert {"sub", "sid", "name", "member_number", "email_verified", "address"} <= set(DOCUMENT["claims_supported"])


@pytest.mark.parametrize("member", ["pushed_authorization_request_endpoint", "registration_endpoint"])
def test_nothing_is_announced_that_is_not_built(member):
    assert member not in DOCUMENT
    assert "device_authorization_endpoint" not in DOCUMENT
    assert "none" not in DOCUMENT["introspection_endpoint_auth_methods_supported"]
