"""Signing out: what an RP-initiated request may ask for, and the token that tells the other clients.

OpenID Connect RP-Initiated Logout §2, §3 and §4, OpenID Connect Back-Channel Logout §2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.domain.client import Client
from idp.domain.session import Session
from idp.domain.values import Json, JsonObject
from idp.protocol.errors import ErrorCode, PageError
from idp.protocol.parameters import Parameters

LOGOUT_TOKEN_TYP = "logout+jwt"
LOGOUT_TOKEN_LIFE = timedelta(minutes=2)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
MAX_STATE = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutRequest:
    """One checked request. `client` is the one that asks, if it said so in a way we believe.

    `hint` holds the claims of a verified ID token. `target` is a registered address of the client, or None.
    """

    client: Client | None = None
    hint: JsonObject | None = None
    target: str | None = None
    state: str | None = None
    is_target_refused: bool = False

    def is_about(self, session: Session) -> bool:
        """True when the hint names exactly this session, so that nobody has to be asked (§2)."""
        hint = self.hint
        return hint is not None and (hint.get("sub"), hint.get("sid")) == (session.subject_id, session.sid)


def parse_logout(
    params: Parameters,
    *,
    find_client: Callable[[str], Client | None],
    all_clients: Callable[[], Iterable[Client]],
    read_hint: Callable[[str], JsonObject],
) -> LogoutRequest:
    """Check a logout request; `read_hint` raises ValueError for a token that is not ours. Raises PageError."""
    _check_shape(params)
    hint = _read_hint(params, read_hint)
    client = _find_client(params, hint, find_client)
    wanted = params.get("post_logout_redirect_uri")
    owners = [client] if client is not None else list(all_clients()) if hint is None else []
    owner = next((owner for owner in owners if wanted in owner.post_logout_redirect_uris), None)
    return LogoutRequest(
        client=client or owner,
        hint=hint,
        target=wanted if owner is not None else None,
        state=params.get("state"),
        is_target_refused=wanted is not None and owner is None,
    )


def _check_shape(params: Parameters) -> None:
    wrong = params.repeated() or params.unprintable()
    if wrong is None and len(params.get("state") or "") > MAX_STATE:
        wrong = "state"
    if wrong is not None:
        raise PageError(ErrorCode.INVALID_REQUEST, parameter=wrong, detail="malformed logout request")


def _read_hint(params: Parameters, read_hint: Callable[[str], JsonObject]) -> JsonObject | None:
    text = params.get("id_token_hint")
    if text is None:
        return None
    try:
        return read_hint(text)
    except ValueError as error:
        # §4: on an error nothing is signed out and nobody is redirected.
        raise PageError(ErrorCode.INVALID_REQUEST, parameter="id_token_hint", detail=str(error)) from None


def _find_client(
    params: Parameters, hint: JsonObject | None, find_client: Callable[[str], Client | None]
) -> Client | None:
    """The asking client: `client_id`, which has to be in the hint's `aud` (§2), else the hint's only `aud`."""
    audiences = audiences_of(hint or {})
    client_id = params.get("client_id")
    if client_id is None:
        return find_client(audiences[0]) if len(audiences) == 1 else None
    client = find_client(client_id)
    if client is None or (hint is not None and client_id not in audiences):
        raise PageError(ErrorCode.INVALID_REQUEST, parameter="client_id", detail=f"client_id {client_id!r}")
    return client


def audiences_of(claims: JsonObject) -> tuple[str, ...]:
    """`aud` as a tuple, whether it is one text or a list."""
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list | tuple) else [audience]
    return tuple(item for item in listed if isinstance(item, str))


def build_logout_token(
    *, issuer: str, client_id: str, subject_id: str, sid: str, jti: str, now: datetime
) -> dict[str, Json]:
    """Claims of a logout token, to be signed with typ `logout+jwt` (Back-Channel Logout §2.4); never a nonce."""
    return {
        "iss": issuer,
        "aud": client_id,
        "sub": subject_id,
        "sid": sid,
        "iat": int(now.timestamp()),
        "exp": int((now + LOGOUT_TOKEN_LIFE).timestamp()),
        "jti": jti,
        "events": {LOGOUT_EVENT: {}},
    }
