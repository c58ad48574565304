"""The shape of `clients.yaml` as it is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from idp.config.schema import Duration, Name, Strict, Texts, Word, WrongForm
from idp.config.site_schema import MARK_FORM
from idp.domain.client import ClientAuthMethod, ClientType, ConsentPolicy


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _upto(said: str, highest: timedelta) -> AfterValidator:
    def check(value: timedelta) -> timedelta:
        if value > highest:
            raise WrongForm(f"must be at most {said}", suggestion=said)
        return value

    return AfterValidator(check)


ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
GrantType = Literal["authorization_code", "refresh_token", "client_credentials"]


def _code_only() -> list[GrantType]:
    return ["authorization_code"]


Addresses = Annotated[list[Word], Field(max_length=50)]


class ClientModel(Strict):
    """One client as written."""

    name: Texts
    type: Annotated[ClientType, Field(strict=False)]
    auth: list[Annotated[ClientAuthMethod, Field(strict=False)]] = Field(default_factory=list)
    secret: Annotated[str, Field(min_length=8, max_length=200)] | None = None
    secret_sha256: Annotated[list[Digest], BeforeValidator(_as_list), Field(max_length=5)] = Field(default_factory=list)
    jwks: dict[str, Any] = Field(default_factory=dict)
    redirect_uris: Addresses = Field(default_factory=list)
    post_logout_redirect_uris: Addresses = Field(default_factory=list)
    return_uris: Addresses = Field(default_factory=list)
    home_uri: Word
    policy_uri: Word | None = None
    backchannel_logout_uri: Word | None = None
    grant_types: list[GrantType] = Field(default_factory=_code_only)
    scopes: list[Word] = Field(default_factory=lambda: ["openid"])
    audience: Word | None = None
    flow: Name | None = None
    starts: list[Name] = Field(default_factory=list)
    min_acr: Word | None = None
    consent: Annotated[ConsentPolicy, Field(strict=False)] = ConsentPolicy.REMEMBERED
    operator: Texts = Field(default_factory=dict)
    mark: Annotated[str, Field(pattern=MARK_FORM)] | None = None
    id_token_alg: Literal["RS256", "ES256"] = "RS256"
    id_token_claims: bool = False
    require_pkce: bool = True
    access_token: Annotated[Duration, _upto("60m", timedelta(minutes=60))] = timedelta(minutes=10)
    refresh_idle: Annotated[Duration, _upto("365d", timedelta(days=365))] = timedelta(days=30)
    refresh_absolute: Annotated[Duration, _upto("365d", timedelta(days=365))] = timedelta(days=90)


class ClientsModel(Strict):
    """The whole file as written."""

    clients: dict[ClientId, ClientModel]
