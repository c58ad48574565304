"""Values that many tests need: a client, a subject, a session, as plain as they can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from idp.domain.authorization import AuthorizationRequest, TrustedRedirect
from idp.domain.client import Client, ClientAuthMethod, ClientType, ConsentPolicy
from idp.domain.session import AuthenticationEvent, Method, Session
from idp.domain.subject import Phone, Subject, SubjectStatus
from idp.domain.values import AssuranceLevels
from idp.protocol.claims import ClaimCatalog, ClaimRule

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
ISSUER = "http://localhost:9000"
LEVELS = AssuranceLevels(("pwd", "mfa"))
CATALOG = ClaimCatalog(
    (
        ClaimRule(claim="name", scope="profile", attribute="name"),
        ClaimRule(claim="birthdate", scope="profile", attribute="birth_date"),
        ClaimRule(claim="member_number", scope="profile", attribute="member_number"),
        ClaimRule(claim="address", scope="address", attribute="address"),
    )
)
PORTAL_SECRET = "portal-secret"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def make_client(**changes: Any) -> Client:
    """The portal: confidential, one redirect URI, no consent page."""
    client = Client(
        id="portal",
        names={"en": "Portal"},
        type=ClientType.CONFIDENTIAL,
        auth_methods=frozenset({ClientAuthMethod.BASIC, ClientAuthMethod.POST}),
        secret_digests=(sha256(PORTAL_SECRET.encode()).hexdigest(),),
        redirect_uris=("http://localhost:9001/callback",),
        post_logout_redirect_uris=("http://localhost:9001/",),
        home_uri="http://localhost:9001/",
        backchannel_logout_uri="http://localhost:9001/backchannel-logout",
        grant_types=frozenset({"authorization_code", "refresh_token"}),
        scopes=frozenset({"openid", "profile", "email", "phone", "address"}),
        flow="sign_in",
        consent=ConsentPolicy.NEVER,
    )
    return replace(client, **changes)


def make_app(**changes: Any) -> Client:
    """The app: public, loopback and private-use redirect URIs, refresh tokens."""
    return replace(
        make_client(
            id="app",
            names={"en": "App"},
            type=ClientType.PUBLIC,
            auth_methods=frozenset({ClientAuthMethod.NONE}),
            secret_digests=(),
            redirect_uris=(
                "http://127.0.0.1/callback",
                "http://[::1]/cb",
                "http://localhost",
                "jp.example.app:/callback",
            ),
            post_logout_redirect_uris=("http://localhost:9003/",),
            home_uri="http://localhost:9003/",
            backchannel_logout_uri=None,
            scopes=frozenset({"openid", "profile", "email", "phone", "offline_access"}),
        ),
        **changes,
    )


def make_subject(**changes: Any) -> Subject:
    subject = Subject(
        id="hanako",
        status=SubjectStatus.ACTIVE,
        email="hanako@example.jp",
        email_verified_at=ago(days=30),
        created_at=ago(days=30),
        updated_at=ago(days=2),
        attributes={
            "name": "大学 花子",
            "birth_date": "2005-07-07",
            "address": "東京都杉並区和田3-30-22",
            "remarks": "",
        },
        phones=(Phone(number="+819012345678", verified_at=ago(days=20)),),
    )
    return replace(subject, **changes)


def make_event(method: Method = Method.PASSWORD, at: datetime = NOW) -> AuthenticationEvent:
    return AuthenticationEvent(method=method, at=at)


def make_session(*events: AuthenticationEvent, **changes: Any) -> Session:
    session = Session(
        id="session-1",
        sid="sid-1",
        token_digest="digest",
        subject_id="hanako",
        events=events or (make_event(at=ago(minutes=5)),),
        created_at=ago(minutes=5),
        last_seen_at=ago(minutes=5),
        expires_at=NOW + timedelta(hours=1),
    )
    return replace(session, **changes)


def make_request(**changes: Any) -> AuthorizationRequest:
    request = AuthorizationRequest(
        client_id="portal", redirect_uri=TrustedRedirect("http://localhost:9001/callback"), scopes=("openid", "profile")
    )
    return replace(request, **changes)
