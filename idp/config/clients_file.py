"""Reading `clients.yaml`: from what is written to frozen `Client`s, with every mistake and every unsafe word."""

from __future__ import annotations

import hashlib
from typing import Any

from idp.config.client_rules import Known, check_client
from idp.config.clients_schema import ClientModel, ClientsModel
from idp.config.review import Loaded, Review, spread
from idp.config.schema import validate
from idp.config.source import YamlDocument
from idp.domain.client import Client, ClientAuthMethod, ClientType


def load_clients(document: YamlDocument, known: Known, *, is_development: bool) -> Loaded[tuple[Client, ...]]:
    """The clients in order of id, or every finding."""
    review = Review(document=document, letter="C", is_development=is_development)
    model = validate(ClientsModel, review)
    if model is None:
        return Loaded(value=None, findings=tuple(review.findings))
    for client_id, client in model.clients.items():
        check_client(("clients", client_id), client, known, review)
    draft = tuple(build_client(name, model.clients[name], known) for name in sorted(model.clients))
    value = None if review.findings else draft
    return Loaded(value=value, draft=draft, findings=tuple(review.findings), notices=tuple(review.notices))


def build_client(client_id: str, model: ClientModel, known: Known) -> Client:
    """The client that a checked model means."""
    return Client(
        id=client_id,
        names=spread(model.name, known.locales),
        operators=spread(model.operator, known.locales),
        auth_methods=_auth_methods(model),
        secret_digests=_secret_digests(model),
        redirect_uris=tuple(model.redirect_uris),
        post_logout_redirect_uris=tuple(model.post_logout_redirect_uris),
        return_uris=tuple(model.return_uris),
        grant_types=frozenset(model.grant_types),
        scopes=frozenset(model.scopes),
        starts=frozenset(model.starts),
        access_token_seconds=int(model.access_token.total_seconds()),
        refresh_idle_seconds=int(model.refresh_idle.total_seconds()),
        refresh_absolute_seconds=int(model.refresh_absolute.total_seconds()),
        **_as_written(model),
    )


_SAME_IN_BOTH = (
    *("type", "jwks", "home_uri", "policy_uri", "backchannel_logout_uri", "audience", "flow", "min_acr", "consent"),
    *("mark", "id_token_alg", "id_token_claims", "require_pkce"),
)


def _as_written(model: ClientModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in _SAME_IN_BOTH}


def digest_secret(secret: str) -> str:
    """How a client's secret is kept: SHA-256 as 64 hex digits. Enough for random secrets, not for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _secret_digests(model: ClientModel) -> tuple[str, ...]:
    clear = () if model.secret is None else (digest_secret(model.secret),)
    return (*clear, *model.secret_sha256)


def _auth_methods(model: ClientModel) -> frozenset[ClientAuthMethod]:
    if model.auth:
        return frozenset(model.auth)
    if model.type is ClientType.PUBLIC:
        return frozenset({ClientAuthMethod.NONE})
    secret = {ClientAuthMethod.BASIC, ClientAuthMethod.POST} if _secret_digests(model) else set()
    return frozenset(secret | ({ClientAuthMethod.PRIVATE_KEY_JWT} if model.jwks else set()))
