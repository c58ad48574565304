"""What a client may be, beyond its shape: addresses, proofs of identity, grant types and what they go with.

RFC 6749 §2 and §3.1.2, RFC 8252 §7, RFC 9700 §2 and §4.1, OpenID Connect Core §9 and §11.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from idp.config.addresses import AddressProblem, page_problem, redirect_problem, server_problem
from idp.config.clients_schema import ClientModel
from idp.config.review import Review
from idp.config.tree import Path
from idp.domain.client import ClientAuthMethod, ClientType

(
    NO_REDIRECT,
    BAD_ADDRESS,
    SECRET_IN_CLEAR,
    PROOF,
    UNKNOWN_LEVEL,
    UNKNOWN_SCOPE,
    UNKNOWN_FLOW,
    GRANT_TYPES,
    LANGUAGES,
    TWICE,
    AUTH_METHOD,
    KEYS,
    LIVES,
    WITHOUT_PKCE,
) = range(10, 24)

_PRIVATE_KEY_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})
_SECRET_METHODS = frozenset({ClientAuthMethod.BASIC, ClientAuthMethod.POST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the rest of the site declares; what could not be read is empty or None and is not checked against."""

    levels: tuple[str, ...]
    scopes: frozenset[str] | None
    locales: tuple[str, ...]
    flows: frozenset[str] | None = field(default=None)


def check_client(path: Path, client: ClientModel, known: Known, review: Review) -> None:
    """Add every finding and notice of one client."""
    _check_addresses(path, client, review)
    _check_references(path, client, known, review)
    _check_grant_types(path, client, review)
    _check_proofs(path, client, review)
    _check_jwks((*path, "jwks"), client, review)
    review.check_languages((*path, "name"), LANGUAGES, client.name, known.locales)
    if client.operator:
        review.check_languages((*path, "operator"), LANGUAGES, client.operator, known.locales)
    if client.refresh_idle > client.refresh_absolute:
        review.problem((*path, "refresh_idle"), LIVES, "refresh_idle is longer than refresh_absolute")
    if not client.require_pkce:
        review.weaker((*path, "require_pkce"), WITHOUT_PKCE, "Authorization requests without PKCE are taken")


def _check_addresses(path: Path, client: ClientModel, review: Review) -> None:
    is_public = client.type is ClientType.PUBLIC

    def redirect(uri: str) -> AddressProblem | None:
        return redirect_problem(uri, is_public=is_public)

    _check_each((*path, "redirect_uris"), client.redirect_uris, redirect, review)
    _check_each((*path, "post_logout_redirect_uris"), client.post_logout_redirect_uris, redirect, review)
    _check_each((*path, "return_uris"), client.return_uris, page_problem, review)
    for name, address, check in (
        ("home_uri", client.home_uri, page_problem),
        ("policy_uri", client.policy_uri, page_problem),
        ("backchannel_logout_uri", client.backchannel_logout_uri, server_problem),
    ):
        if address is not None:
            _report((*path, name), check(address), review)


def _check_each(
    path: Path, addresses: list[str], check: Callable[[str], AddressProblem | None], review: Review
) -> None:
    review.check_once(path, TWICE, addresses)
    for number, address in enumerate(addresses):
        _report((*path, number), check(address), review)


def _report(path: Path, problem: AddressProblem | None, review: Review) -> None:
    if problem is None:
        return
    said = f"The address {problem.message}"
    if problem.development_only:
        review.development_only(path, BAD_ADDRESS, said)
    else:
        review.problem(path, BAD_ADDRESS, said, suggestion=problem.suggestion)


def _check_references(path: Path, client: ClientModel, known: Known, review: Review) -> None:
    for name in ("auth", "grant_types", "scopes", "starts"):
        review.check_once((*path, name), TWICE, getattr(client, name))
    if client.min_acr is not None and known.levels:
        what = "assurance level"
        review.check_known((*path, "min_acr"), UNKNOWN_LEVEL, client.min_acr, known.levels, what=what)
    if known.scopes is not None:
        for number, scope in enumerate(client.scopes):
            review.check_known((*path, "scopes", number), UNKNOWN_SCOPE, scope, known.scopes, what="scope")
    _check_flows(path, client, known.flows, review)


def _check_flows(path: Path, client: ClientModel, flows: frozenset[str] | None, review: Review) -> None:
    if flows is None:
        return
    if client.flow is not None:
        review.check_known((*path, "flow"), UNKNOWN_FLOW, client.flow, flows, what="flow")
    for number, flow in enumerate(client.starts):
        review.check_known((*path, "starts", number), UNKNOWN_FLOW, flow, flows, what="flow")


def _check_grant_types(path: Path, client: ClientModel, review: Review) -> None:
    if review.is_broken((*path, "grant_types")):
        return
    grants = frozenset(client.grant_types)
    uses_code = "authorization_code" in grants
    if uses_code and not client.redirect_uris:
        said = "A client that uses authorization_code needs redirect_uris"
        review.problem(path, NO_REDIRECT, said, suggestion="redirect_uris: [https://…/callback]", key=True)
    if client.redirect_uris and not uses_code:
        review.problem(
            (*path, "redirect_uris"), GRANT_TYPES, "Without authorization_code these are of no use", key=True
        )
    if uses_code and client.flow is None:
        review.problem(path, GRANT_TYPES, "A client that uses authorization_code needs a flow", key=True)
    if "refresh_token" in grants and not uses_code:
        review.problem((*path, "grant_types"), GRANT_TYPES, "refresh_token needs authorization_code beside it")
    if "client_credentials" in grants and client.type is ClientType.PUBLIC:
        said = "A public client cannot use client_credentials: it has nothing to prove itself with"
        review.problem((*path, "grant_types"), GRANT_TYPES, said)
    if "offline_access" in client.scopes and "refresh_token" not in grants:
        number = client.scopes.index("offline_access")
        said = "offline_access needs the grant type refresh_token"
        review.problem((*path, "scopes", number), GRANT_TYPES, said)


def _check_proofs(path: Path, client: ClientModel, review: Review) -> None:
    has_secret = client.secret is not None or bool(client.secret_sha256)
    if client.secret is not None:
        review.development_only(
            (*path, "secret"),
            SECRET_IN_CLEAR,
            "The client's secret stands here in clear",
            suggestion="secret_sha256: <64 hex digits>",
        )
    if client.type is ClientType.PUBLIC:
        _check_public_proofs(path, client, has_secret=has_secret, review=review)
        return
    if not has_secret and not client.jwks:
        review.problem(path, PROOF, "A confidential client needs secret_sha256 or jwks", key=True)
    for number, method in enumerate(client.auth):
        proves = has_secret if method in _SECRET_METHODS else bool(client.jwks)
        if method is ClientAuthMethod.NONE or not proves:
            said = f"{method.value} does not go with what this client has to prove itself"
            review.problem((*path, "auth", number), AUTH_METHOD, said)


def _check_public_proofs(path: Path, client: ClientModel, *, has_secret: bool, review: Review) -> None:
    if has_secret or client.jwks:
        review.problem(path, PROOF, "A public client has no secret and no keys", key=True)
    if any(method is not ClientAuthMethod.NONE for method in client.auth):
        review.problem((*path, "auth"), AUTH_METHOD, "A public client authenticates with none", suggestion="none")
    if not client.require_pkce:
        review.problem((*path, "require_pkce"), AUTH_METHOD, "A public client cannot do without PKCE")


def _check_jwks(path: Path, client: ClientModel, review: Review) -> None:
    if not client.jwks:
        return
    keys = client.jwks.get("keys")
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) and "kty" in key for key in keys):
        review.problem(path, KEYS, "jwks must be a JWK set: keys, a list of keys with kty", key=True)
        return
    for number, key in enumerate(keys):
        if _PRIVATE_KEY_MEMBERS & key.keys() or key["kty"] == "oct":
            review.problem(
                (*path, "keys", number), KEYS, "This is a private or secret key; only public keys belong here"
            )
