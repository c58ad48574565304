"""The OAuth engine on fakes, without any web, and calls to it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from idp.domain.client import Client
from idp.oauth.codes import CodeOrder
from idp.oauth.parts import OAuthParts
from idp.oauth.request import EndpointCall
from idp.oauth.server import OAuthServer
from idp.protocol.errors import Refusal
from idp.protocol.parameters import Parameters
from tests import fakes
from tests.fake_grants import FakeGrants
from tests.relying_party import basic, challenge_of
from tests.samples import (
    CATALOG,
    ISSUER,
    LEVELS,
    NOW,
    PORTAL_SECRET,
    make_app,
    make_client,
    make_request,
    make_session,
    make_subject,
)

VERIFIER = "v" * 43
OTHER_SECRET = "other-secret"


class FakeKeyring:
    """Signs readably: these tests are not about signatures."""

    def __init__(self) -> None:
        self.signed: list[tuple[str, dict[str, Any], str]] = []

    def sign(self, alg, claims, *, typ):
        self.signed.append((alg, dict(claims), typ))
        return f"signed-{len(self.signed)}"


@dataclass
class Engine:
    """The engine, what it stores, and the clock."""

    oauth: OAuthServer
    stored: SimpleNamespace
    clock: fakes.FakeClock
    keyring: FakeKeyring

    def code(self, client: Client | None = None, **request: Any) -> str:
        """A code for a client, of a request with PKCE."""
        client = client or make_client()
        asked = make_request(
            client_id=client.id,
            redirect_uri=client.redirect_uris[0],
            **{"code_challenge": challenge_of(VERIFIER), "nonce": "n", **request},
        )
        return self.oauth.issue_code(CodeOrder(request=asked, client=client, session=make_session()))

    def refresh_token(self) -> str:
        """A refresh token of the app."""
        code = self.code(make_app(), scopes=("openid", "email", "offline_access"))
        return str(self.redeem(code, client="app", redirect_uri=make_app().redirect_uris[0])["refresh_token"])

    def call(self, endpoint: str = "token", client: str | None = "portal", **params: Any) -> EndpointCall:
        """A call; `client` authenticates by Basic, or is named in the body when it is the app."""
        header = params.pop("authorization", None)
        if client == "app":
            params.setdefault("client_id", "app")
        elif client is not None:
            header = basic(client, PORTAL_SECRET if client == "portal" else OTHER_SECRET)
        pairs = tuple((name, value) for name, value in params.items() if value is not None)
        return EndpointCall(endpoint=endpoint, params=Parameters(pairs), authorization=header)

    def ask(self, client: str | None = "portal", **params: Any) -> dict[str, Any]:
        """The answer of the token endpoint."""
        return dict(self.oauth.answer_token(self.call("token", client, **params)))

    def redeem(self, code: str, client: str = "portal", **changes: Any) -> dict[str, Any]:
        params = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": make_client().redirect_uris[0],
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.ask(client, **params)

    def refresh(self, token: str, client: str = "app", **changes: Any) -> dict[str, Any]:
        return self.ask(client, grant_type="refresh_token", refresh_token=token, **changes)

    def is_good(self, access_token: str) -> bool:
        """True when userinfo takes the token."""
        try:
            return bool(self.oauth.userinfo(access_token))
        except Refusal:
            return False


def build_engine() -> Engine:
    tables, clock, keyring = fakes.Tables(), fakes.FakeClock(), FakeKeyring()
    stored = SimpleNamespace(
        clients=fakes.FakeClients(tables),
        subjects=fakes.FakeSubjects(tables),
        sessions=fakes.FakeSessions(tables),
        grants=FakeGrants(tables),
        replay=fakes.FakeReplays(tables),
        audit=fakes.FakeAudit(tables),
    )
    for client in (make_client(), make_app(), make_other()):
        stored.clients.add(client, NOW)
    stored.subjects.put(make_subject())
    stored.sessions.create(make_session())
    oauth = OAuthServer(
        OAuthParts(
            issuer=ISSUER,
            levels=LEVELS,
            catalog=CATALOG,
            clock=clock,
            secrets=fakes.FakeSecrets(),
            digester=fakes.FakeDigester(),
            keyring=keyring,
            **vars(stored),
        )
    )
    return Engine(oauth, stored, clock, keyring)


def make_other(**changes: Any) -> Client:
    """Another confidential client, which may act for itself too."""
    known = {
        "id": "other",
        "secret_digests": (sha256(OTHER_SECRET.encode()).hexdigest(),),
        "grant_types": frozenset({"authorization_code", "client_credentials"}),
        "scopes": frozenset({"openid", "read", "offline_access"}),
        "audience": "other-resource",
    }
    return make_client(**{**known, **changes})
