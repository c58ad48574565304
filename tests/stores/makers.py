"""Values of the stores' tests, as plain as they can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from idp.domain.authorization import Interaction, TrustedRedirect
from idp.domain.challenge import Challenge, Channel
from idp.domain.grant import AccessToken, AuthorizationCode, Grant, RefreshToken
from idp.domain.journey import Journey
from idp.domain.outbox import Job, JobKind
from idp.domain.session import AuthenticationContext
from tests.samples import NOW, ago, make_request

RETRY = timedelta(seconds=30)


def later(**span: float):
    return NOW + timedelta(**span)


def make_grant(**changes: Any) -> Grant:
    grant = Grant(
        id="grant",
        client_id="portal",
        subject_id="hanako",
        session_id="session-1",
        sid="sid-1",
        scopes=("openid", "profile"),
        context=AuthenticationContext(acr="mfa", amr=("pwd", "otp", "sms", "mfa"), auth_time=ago(minutes=1)),
        claims={"userinfo": {"name": None}},
        created_at=NOW,
        expires_at=later(days=90),
    )
    return replace(grant, **changes)


def make_code(**changes: Any) -> AuthorizationCode:
    code = AuthorizationCode(
        digest="code",
        grant_id="grant",
        client_id="portal",
        redirect_uri=TrustedRedirect("http://localhost:9001/callback"),
        code_challenge="challenge",
        nonce="nonce",
        expires_at=later(seconds=60),
    )
    return replace(code, **changes)


def make_access(**changes: Any) -> AccessToken:
    token = AccessToken(
        digest="access",
        grant_id="grant",
        client_id="portal",
        subject_id="hanako",
        scopes=("openid", "profile"),
        audience=None,
        issued_at=NOW,
        expires_at=later(minutes=10),
    )
    return replace(token, **changes)


def make_refresh(**changes: Any) -> RefreshToken:
    token = RefreshToken(
        digest="refresh",
        grant_id="grant",
        client_id="portal",
        scopes=("openid", "profile"),
        issued_at=NOW,
        expires_at=later(days=30),
    )
    return replace(token, **changes)


def make_journey(**changes: Any) -> Journey:
    journey = Journey(
        id="journey",
        flow="sign_in",
        flow_version="v1",
        client_id="portal",
        browser_digest="browser",
        state_no=0,
        state={"position": "sign_in", "facts": {"name": "大学 花子"}},
        created_at=NOW,
        expires_at=later(minutes=30),
    )
    return replace(journey, **changes)


def make_interaction(**changes: Any) -> Interaction:
    interaction = Interaction(
        id="interaction",
        request=make_request(),
        browser_digest="browser",
        started_at=NOW,
        expires_at=later(minutes=30),
    )
    return replace(interaction, **changes)


def make_challenge(**changes: Any) -> Challenge:
    challenge = Challenge(
        id="challenge",
        journey_id="journey",
        purpose="email",
        channel=Channel.MAIL,
        address="hanako@example.jp",
        secret_digest="right",
        is_link=False,
        created_at=NOW,
        expires_at=later(minutes=10),
    )
    return replace(challenge, **changes)


def make_job(**changes: Any) -> Job:
    job = Job(
        id="job",
        kind=JobKind.MESSAGE,
        payload={"to": "hanako@example.jp", "params": {"name": "大学 花子"}, "code": "012345"},
        due_at=NOW,
        expires_at=later(hours=1),
    )
    return replace(job, **changes)
