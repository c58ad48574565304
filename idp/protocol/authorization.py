"""Checking one authorization request, in an order that is a security property.

First whom the answer may go to: until that is known every error is a page. Then the shape of the request, then (in the
OAuth engine) response type, scope and PKCE, and last what OpenID Connect adds. The result is a frozen value.
RFC 6749 §3.1.2.4 and §4.1.2.1, OpenID Connect Core §3.1.2.1, §5.5 and §6, RFC 9700 §2.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from idp.domain.authorization import AuthorizationRequest, Prompt, ResponseMode, TrustedRedirect
from idp.domain.client import Client
from idp.domain.values import AssuranceLevels, JsonObject
from idp.protocol.assurance import weakest_level
from idp.protocol.claims import ClaimCatalog, ClaimsRequest, kept_claims, parse_claims
from idp.protocol.errors import ClientRedirectError, ErrorCode, PageError, ReturnAddress
from idp.protocol.locales import parse_locales
from idp.protocol.parameters import Parameters
from idp.protocol.redirect_uri import match_redirect

MAX_STATE = 2048
MAX_NONCE = 512
MAX_LOGIN_HINT = 320
_MAX_AGE_DIGITS = 9
_LENGTHS = (("state", MAX_STATE), ("nonce", MAX_NONCE), ("login_hint", MAX_LOGIN_HINT))
_UNSUPPORTED = (
    ("request", ErrorCode.REQUEST_NOT_SUPPORTED),
    ("request_uri", ErrorCode.REQUEST_URI_NOT_SUPPORTED),
    ("registration", ErrorCode.REGISTRATION_NOT_SUPPORTED),
)


def check_return_address(
    params: Parameters, find_client: Callable[[str], Client | None]
) -> tuple[Client, ReturnAddress]:
    """The client, and the proven address for everything that goes back to it. Raises PageError."""
    client_id = _single(params, "client_id")
    client = find_client(client_id)
    if client is None:
        raise PageError(ErrorCode.INVALID_CLIENT, parameter="client_id", detail=f"unknown client {client_id!r}")
    requested = _single(params, "redirect_uri", client_id=client.id)
    trusted = match_redirect(client, requested)
    if trusted is None:
        detail = f"{client.id} has no redirect URI {requested!r}"
        raise PageError(ErrorCode.INVALID_REQUEST, parameter="redirect_uri", client_id=client.id, detail=detail)
    return client, _return_address(params, client, trusted)


def _single(params: Parameters, name: str, *, client_id: str | None = None) -> str:
    value = params.get(name)
    if value is None or len(params.values(name)) > 1:
        detail = "missing" if value is None else "repeated"
        raise PageError(ErrorCode.INVALID_REQUEST, parameter=name, client_id=client_id, detail=f"{name} is {detail}")
    return value


def _return_address(params: Parameters, client: Client, trusted: TrustedRedirect) -> ReturnAddress:
    """A state that is itself malformed is not sent back: the client never made it."""
    state = params.get("state")
    is_good = len(params.values("state")) == 1 and state is not None and len(state) <= MAX_STATE
    is_printable = Parameters((("state", state or ""),)).unprintable() is None
    wants_form = params.values("response_mode") == (ResponseMode.FORM_POST.value,) and trusted.startswith(
        ("http://", "https://")
    )
    return ReturnAddress(
        client_id=client.id,
        redirect_uri=trusted,
        state=state if is_good and is_printable else None,
        mode=ResponseMode.FORM_POST if wants_form else ResponseMode.QUERY,
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request cannot be taken, and which parameter it is about."""

    code: ErrorCode
    parameter: str


def check_shape(params: Parameters, back: ReturnAddress) -> None:
    """What every authorization request has to look like. Raises ClientRedirectError."""
    problem = next((found for check in _SHAPE_CHECKS if (found := check(params, back)) is not None), None)
    if problem is not None:
        raise ClientRedirectError(problem.code, back=back, detail=problem.parameter)


def _check_repeated(params: Parameters, _back: ReturnAddress) -> Problem | None:
    # RFC 6749 §3.1: request parameters must not be included more than once.
    name = params.repeated()
    return None if name is None else Problem(ErrorCode.INVALID_REQUEST, name)


def _check_printable(params: Parameters, _back: ReturnAddress) -> Problem | None:
    name = params.unprintable()
    return None if name is None else Problem(ErrorCode.INVALID_REQUEST, name)


def _check_lengths(params: Parameters, _back: ReturnAddress) -> Problem | None:
    too_long = (name for name, limit in _LENGTHS if len(params.get(name) or "") > limit)
    name = next(too_long, None)
    return None if name is None else Problem(ErrorCode.INVALID_REQUEST, name)


def _check_unsupported(params: Parameters, _back: ReturnAddress) -> Problem | None:
    # OpenID Connect Core §6.1 and §6.2: what is not supported is refused, never silently left out.
    return next((Problem(code, name) for name, code in _UNSUPPORTED if params.get(name) is not None), None)


def _check_response_mode(params: Parameters, back: ReturnAddress) -> Problem | None:
    mode = params.get("response_mode")
    return None if mode is None or mode == back.mode.value else Problem(ErrorCode.INVALID_REQUEST, "response_mode")


_SHAPE_CHECKS = (_check_repeated, _check_printable, _check_lengths, _check_unsupported, _check_response_mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdRules:
    """What the OpenID Connect part of a request is checked against.

    `read_hint` gives the claims of an ID token of ours made for the client, expired or not; it raises ValueError.
    """

    levels: AssuranceLevels
    catalog: ClaimCatalog
    read_hint: Callable[[str, Client], JsonObject]


def build_request(
    params: Parameters, client: Client, back: ReturnAddress, *, scopes: tuple[str, ...], rules: OpenIdRules
) -> AuthorizationRequest:
    """The authorization request, once client, address, shape, scopes and PKCE are good. Raises ClientRedirectError."""
    claims = _read_claims(params, back)
    request = AuthorizationRequest(
        client_id=client.id,
        redirect_uri=back.redirect_uri,
        scopes=scopes,
        state=back.state,
        nonce=params.get("nonce"),
        code_challenge=params.get("code_challenge"),
        response_mode=back.mode,
        prompts=_parse_prompts(params, back),
        max_age=_parse_max_age(params, back),
        login_hint=params.get("login_hint"),
        ui_locales=parse_locales(params.get("ui_locales")),
        hinted_subject_id=_read_hint(params, client, back, rules) or claims.subject_id,
        claims=kept_claims(claims, client, rules.catalog),
    )
    return _with_level(request, params, claims, (client, back, rules))


def _with_level(
    request: AuthorizationRequest,
    params: Parameters,
    claims: ClaimsRequest,
    context: tuple[Client, ReturnAddress, OpenIdRules],
) -> AuthorizationRequest:
    """Add the wanted level: an essential `acr` goes before `acr_values`, and nothing goes below the client's own."""
    client, back, rules = context
    is_essential = claims.is_acr_essential and bool(claims.acr_values)
    names = claims.acr_values or tuple((params.get("acr_values") or "").split())
    weakest = weakest_level(names, rules.levels)
    if is_essential and weakest is None:
        # OpenID Connect Core §5.5.1.1: an essential acr that cannot be met is a failed authentication.
        raise ClientRedirectError(ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS, back=back, detail="claims")
    return replace(request, wanted_acr=rules.levels.strongest(client.min_acr, weakest), essential_acr=is_essential)


def _read_claims(params: Parameters, back: ReturnAddress) -> ClaimsRequest:
    try:
        return parse_claims(params.get("claims"))
    except ValueError as error:
        raise ClientRedirectError(ErrorCode.INVALID_REQUEST, back=back, detail=f"claims: {error}") from None


def _read_hint(params: Parameters, client: Client, back: ReturnAddress, rules: OpenIdRules) -> str | None:
    hint = params.get("id_token_hint")
    if hint is None:
        return None
    try:
        subject_id = rules.read_hint(hint, client)["sub"]
    except (ValueError, KeyError) as error:
        raise ClientRedirectError(ErrorCode.INVALID_REQUEST, back=back, detail=f"id_token_hint: {error}") from None
    return str(subject_id)


def _parse_prompts(params: Parameters, back: ReturnAddress) -> frozenset[Prompt]:
    try:
        prompts = frozenset(Prompt(word) for word in (params.get("prompt") or "").split())
    except ValueError:
        raise ClientRedirectError(ErrorCode.INVALID_REQUEST, back=back, detail="prompt") from None
    if Prompt.NONE in prompts and len(prompts) > 1:
        raise ClientRedirectError(ErrorCode.INVALID_REQUEST, back=back, detail="prompt=none with others")
    return prompts


def _parse_max_age(params: Parameters, back: ReturnAddress) -> int | None:
    text = params.get("max_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_AGE_DIGITS):
        raise ClientRedirectError(ErrorCode.INVALID_REQUEST, back=back, detail="max_age")
    return int(text)
