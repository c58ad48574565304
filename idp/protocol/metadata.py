"""The discovery document: what is built, and not a word more.

OpenID Connect Discovery §3 and §4, RFC 8414 §2 and §3, RFC 9207 §3, RFC 7636 §6.2, RP-Initiated Logout §2.1,
Back-Channel Logout §2.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp.domain.authorization import Prompt, ResponseMode
from idp.domain.client import ClientAuthMethod
from idp.domain.values import AssuranceLevels, Json
from idp.protocol import pkce
from idp.protocol.claims import ClaimCatalog
from idp.protocol.scopes import OFFLINE_ACCESS, OPENID

_OWN_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the document says beyond what is the same everywhere. The algorithms are by name, the default first."""

    issuer: str
    levels: AssuranceLevels
    catalog: ClaimCatalog
    locales: tuple[str, ...]
    grant_types: tuple[str, ...]
    signing_algorithms: tuple[str, ...]
    assertion_algorithms: tuple[str, ...]


def build_metadata(known: Capabilities) -> dict[str, Json]:
    """The document that both well-known addresses serve."""
    every_method = [method.value for method in ClientAuthMethod]
    confidential = [method.value for method in ClientAuthMethod if method is not ClientAuthMethod.NONE]
    return {
        "issuer": known.issuer,
        "authorization_endpoint": f"{known.issuer}/authorize",
        "token_endpoint": f"{known.issuer}/token",
        "userinfo_endpoint": f"{known.issuer}/userinfo",
        "jwks_uri": f"{known.issuer}/jwks",
        "revocation_endpoint": f"{known.issuer}/revoke",
        "introspection_endpoint": f"{known.issuer}/introspect",
        "end_session_endpoint": f"{known.issuer}/logout",
        "scopes_supported": [OPENID, *known.catalog.scopes(), OFFLINE_ACCESS],
        "response_types_supported": ["code"],
        "response_modes_supported": [mode.value for mode in ResponseMode],
        "grant_types_supported": list(known.grant_types),
        "acr_values_supported": list(known.levels.names),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(known.signing_algorithms),
        "token_endpoint_auth_methods_supported": every_method,
        "token_endpoint_auth_signing_alg_values_supported": list(known.assertion_algorithms),
        "revocation_endpoint_auth_methods_supported": every_method,
        "revocation_endpoint_auth_signing_alg_values_supported": list(known.assertion_algorithms),
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": list(known.assertion_algorithms),
        "claim_types_supported": ["normal"],
        "claims_supported": [*_OWN_CLAIMS, *known.catalog.claims()],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "code_challenge_methods_supported": [pkce.METHOD],
        "prompt_values_supported": [prompt.value for prompt in Prompt],
        "ui_locales_supported": list(known.locales),
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }
