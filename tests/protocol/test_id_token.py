"""The claim set of an ID token."""

from datetime import timedelta

import pytest

from idp.domain.grant import Grant
from idp.domain.session import Method
from idp.protocol.assurance import build_context
from idp.protocol.id_token import build_id_token, half_hash
from tests.samples import ISSUER, LEVELS, NOW, ago, make_event

GRANT = Grant(
    id="g",
    client_id="portal",
    subject_id="hanako",
    session_id="session-1",
    sid="sid-1",
    scopes=("openid",),
    context=build_context((make_event(at=ago(minutes=3)), make_event(Method.CALL, at=ago(minutes=2))), LEVELS),
    created_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)


@pytest.mark.spec("OIDC.Core", "2")
def test_the_claims_of_the_specification():
    token = build_id_token(issuer=ISSUER, grant=GRANT, access_token="at", nonce="n", now=NOW, claims={})
    assert token == {
        "iss": ISSUER,
        "sub": "hanako",
        "aud": "portal",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 600,
        "auth_time": int(ago(minutes=2).timestamp()),
        "nonce": "n",
        "acr": "mfa",
        "amr": ["pwd", "otp", "tel", "mfa"],
        "sid": "sid-1",
        "at_hash": half_hash("at"),
    }


@pytest.mark.spec("OIDC.Core", "12.2")
def test_a_refresh_invents_no_nonce():
    token = build_id_token(issuer=ISSUER, grant=GRANT, access_token="at", nonce=None, now=NOW, claims={})
    assert "nonce" not in token
    assert token["auth_time"] == int(ago(minutes=2).timestamp())


def test_what_a_site_says_about_a_person_never_overwrites_the_token():
    claims = {"sub": "taro", "acr": "gold", "name": "花子"}
    token = build_id_token(issuer=ISSUER, grant=GRANT, access_token="at", nonce=None, now=NOW, claims=claims)
    assert (token["sub"], token["acr"], token["name"]) == ("hanako", "mfa", "花子")


@pytest.mark.spec("OIDC.Core", "3.1.3.6")
def test_at_hash_is_the_left_half():
    # OpenID Connect Core, appendix A.3
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"
