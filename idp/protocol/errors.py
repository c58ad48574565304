"""Error codes, what the public is told about each, and the four ways an error leaves the house.

An error leaves as a page (client or redirect URI not trusted), as a redirect to the client, as the JSON of the token
endpoints, or as a bearer challenge. The `detail` of an error goes to the log only.
RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, OpenID Connect Core §3.1.2.6, unmet_authentication_requirements 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from idp.domain.authorization import ResponseMode, TrustedRedirect


class ErrorCode(StrEnum):
    """Registered error codes, then those that only pages show."""

    INVALID_REQUEST = "invalid_request"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    ACCESS_DENIED = "access_denied"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    INVALID_SCOPE = "invalid_scope"
    SERVER_ERROR = "server_error"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    INTERACTION_REQUIRED = "interaction_required"
    LOGIN_REQUIRED = "login_required"
    ACCOUNT_SELECTION_REQUIRED = "account_selection_required"
    CONSENT_REQUIRED = "consent_required"
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported"
    REGISTRATION_NOT_SUPPORTED = "registration_not_supported"
    UNMET_AUTHENTICATION_REQUIREMENTS = "unmet_authentication_requirements"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_TOKEN = "invalid_token"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"


PUBLIC_TEXT = {
    ErrorCode.INVALID_REQUEST: "A parameter is missing, repeated, malformed or not supported.",
    ErrorCode.UNAUTHORIZED_CLIENT: "This client may not make this request.",
    ErrorCode.ACCESS_DENIED: "The person or the provider said no.",
    ErrorCode.UNSUPPORTED_RESPONSE_TYPE: "The only response type is code.",
    ErrorCode.INVALID_SCOPE: "The scope is missing, malformed or more than was granted; openid is needed.",
    ErrorCode.SERVER_ERROR: "Something went wrong at the provider.",
    ErrorCode.TEMPORARILY_UNAVAILABLE: "The provider is busy; try again in a moment.",
    ErrorCode.INTERACTION_REQUIRED: "The person has to do something first.",
    ErrorCode.LOGIN_REQUIRED: "The person has to sign in first.",
    ErrorCode.ACCOUNT_SELECTION_REQUIRED: "The person has to choose an account first.",
    ErrorCode.CONSENT_REQUIRED: "The person has to give consent first.",
    ErrorCode.REQUEST_NOT_SUPPORTED: "Request objects are not supported.",
    ErrorCode.REQUEST_URI_NOT_SUPPORTED: "Request objects by reference are not supported.",
    ErrorCode.REGISTRATION_NOT_SUPPORTED: "The registration parameter is not supported.",
    ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS: "The wanted assurance level was not reached.",
    ErrorCode.INVALID_CLIENT: "The client is unknown or did not authenticate in a way it is registered for.",
    ErrorCode.INVALID_GRANT: "The code or token is unknown, spent, expired, revoked or of another client.",
    ErrorCode.UNSUPPORTED_GRANT_TYPE: "This grant type is not supported.",
    ErrorCode.INVALID_TOKEN: "The access token is unknown, expired, revoked or not for this endpoint.",
    ErrorCode.INSUFFICIENT_SCOPE: "The access token lacks the scope openid.",
    ErrorCode.NOT_FOUND: "There is nothing at this address.",
    ErrorCode.METHOD_NOT_ALLOWED: "This address does not take this method.",
    ErrorCode.TOO_LARGE: "The request is too large.",
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: "The body has to be application/x-www-form-urlencoded.",
}
"""Fixed text per code, ASCII without quote and backslash (RFC 6749 §5.2), for `error_description`."""


class Refusal(Exception):
    """Base of the four exits: a request refused by rule. What was written before it stays written.

    `detail` is for the log and may quote the caller; it never leaves the house.
    """

    def __init__(self, code: ErrorCode, *, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


class PageError(Refusal):
    """Shown to the person here, never redirected: client or redirect URI are not trusted, or there is no client.

    `parameter` names what was wrong; `client_id` a client whose home may be offered as the way on.
    """

    def __init__(
        self,
        code: ErrorCode,
        *,
        parameter: str | None = None,
        status: int = 400,
        client_id: str | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(code, detail=detail)
        self.parameter = parameter
        self.status = status
        self.client_id = client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where the answer to one authorization request goes, and how."""

    client_id: str
    redirect_uri: TrustedRedirect
    state: str | None
    mode: ResponseMode


class ClientRedirectError(Refusal):
    """Sent back to the client with `error`, `state` and `iss` (RFC 6749 §4.1.2.1, RFC 9207 §2)."""

    def __init__(self, code: ErrorCode, *, back: ReturnAddress, detail: str = "") -> None:
        super().__init__(code, detail=detail)
        self.back = back


class TokenError(Refusal):
    """JSON of the token, revocation and introspection endpoints (RFC 6749 §5.2); 401 for invalid_client."""

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return 401 if self.code is ErrorCode.INVALID_CLIENT else 400


class BearerError(Refusal):
    """A challenge in `WWW-Authenticate` (RFC 6750 §3); `code` is None inside when no token came at all."""

    def __init__(self, code: ErrorCode, *, has_token: bool = True, detail: str = "") -> None:
        super().__init__(code, detail=detail)
        self.has_token = has_token

    @property
    def status(self) -> int:
        """The HTTP status of the answer (RFC 6750 §3.1)."""
        match self.code:
            case ErrorCode.INVALID_REQUEST if self.has_token:
                return 400
            case ErrorCode.INSUFFICIENT_SCOPE:
                return 403
            case _:
                return 401


def build_error_answer(error: ClientRedirectError) -> tuple[tuple[str, str], ...]:
    """The parameters of an authorization error response, less `state` and `iss` (RFC 6749 §4.1.2.1)."""
    return (("error", error.code.value), ("error_description", PUBLIC_TEXT[error.code]))
