"""The OAuth client: who may ask for tokens, how it proves itself, what it may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from idp.domain.values import JsonObject


class ClientType(StrEnum):
    """RFC 6749 §2.1."""

    CONFIDENTIAL = "confidential"
    PUBLIC = "public"


class ClientAuthMethod(StrEnum):
    """How a client authenticates at the token endpoint (OpenID Connect Core §9)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    PRIVATE_KEY_JWT = "private_key_jwt"
    NONE = "none"


class ConsentPolicy(StrEnum):
    """Whether the person is asked before a client gets anything."""

    NEVER = "never"  # the site's own client
    REMEMBERED = "remembered"  # asked once for each set of scopes
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One registered client. `names` and `operators` map a language tag to the text people see.

    `secret_digests` are SHA-256 hex digests of random secrets. Lifetimes are in seconds.
    `flow` answers /authorize; `starts` are the flows /start/<flow> may begin for this client.
    """

    id: str
    names: Mapping[str, str]
    type: ClientType
    auth_methods: frozenset[ClientAuthMethod]
    secret_digests: tuple[str, ...] = ()
    jwks: JsonObject = field(default_factory=dict)
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    return_uris: tuple[str, ...] = ()
    home_uri: str
    policy_uri: str | None = None
    backchannel_logout_uri: str | None = None
    grant_types: frozenset[str] = frozenset({"authorization_code"})
    scopes: frozenset[str] = frozenset({"openid"})
    audience: str | None = None
    flow: str | None = None
    starts: frozenset[str] = frozenset()
    min_acr: str | None = None
    consent: ConsentPolicy = ConsentPolicy.REMEMBERED
    operators: Mapping[str, str] = field(default_factory=dict)
    mark: str | None = None
    id_token_alg: str = "RS256"
    id_token_claims: bool = False
    require_pkce: bool = True
    access_token_seconds: int = 600
    refresh_idle_seconds: int = 30 * 86400
    refresh_absolute_seconds: int = 90 * 86400

    @property
    def is_confidential(self) -> bool:
        """True when the client can keep a secret."""
        return self.type is ClientType.CONFIDENTIAL
