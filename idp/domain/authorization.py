"""The validated parameters of one /authorize call, and what waits while a person is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from idp.domain.values import JsonObject

TrustedRedirect = NewType("TrustedRedirect", str)
"""A redirect URI that was matched against the client's list; only `protocol.redirect_uri` makes one."""


class Prompt(StrEnum):
    """OpenID Connect Core §3.1.2.1."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


class ResponseMode(StrEnum):
    """How the answer travels back."""

    QUERY = "query"
    FORM_POST = "form_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """One authorization request after every check (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

    `scopes` are those asked for that the client may have. `max_age` is in seconds. `wanted_acr` is the weakest of
    the requested levels that the site knows, already raised to the client's `min_acr`. `essential_acr` is true when
    the request may only be answered with one of the requested levels.
    `hinted_subject_id` is the verified subject of an `id_token_hint`.
    """

    client_id: str
    redirect_uri: TrustedRedirect
    scopes: tuple[str, ...]
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    response_mode: ResponseMode = ResponseMode.QUERY
    prompts: frozenset[Prompt] = frozenset()
    max_age: int | None = None
    login_hint: str | None = None
    ui_locales: tuple[str, ...] = ()
    wanted_acr: str | None = None
    essential_acr: bool = False
    hinted_subject_id: str | None = None
    claims: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A stored authorization request waiting for a journey.

    `browser_digest` binds it to the browser that asked. `asked` counts journeys begun for it, by reason, so that a
    flow that cannot satisfy a reason ends in an error instead of a loop. `started_at` is when the request came in:
    an authentication before it does not satisfy `prompt=login` (OpenID Connect Core §3.1.2.1).
    """

    id: str
    request: AuthorizationRequest
    browser_digest: str
    started_at: datetime
    expires_at: datetime
    journey_id: str | None = None
    asked: tuple[str, ...] = ()
    finished_at: datetime | None = None
