"""Requests to the engine: our frozen values in, Authlib's request objects inside, nothing of them out.

Parameters come from the body only: Authlib would take those of the token endpoint from the query as well.
RFC 6749 §2.3.1, §3.2 and §5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.requests import OAuth2Payload

from idp.domain.client import Client
from idp.protocol.errors import ErrorCode, TokenError
from idp.protocol.parameters import Parameters

TOKEN, REVOCATION, INTROSPECTION = "token", "revoke", "introspect"
"""Endpoints, by the name in their address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCall:
    """A POST to one of the token endpoints: the parameters of its body, and its Authorization header."""

    endpoint: str
    params: Parameters
    authorization: str | None = None


def check_call(call: EndpointCall) -> None:
    """What every call has to look like. Raises TokenError."""
    # RFC 6749 §3.2: request parameters must not be included more than once.
    wrong = call.params.repeated() or call.params.unprintable()
    if wrong is not None:
        raise TokenError(ErrorCode.INVALID_REQUEST, detail=f"parameter {wrong!r} is repeated or not printable")


class FormPayload(OAuth2Payload):
    """Parameters as Authlib wants them; one without a value is left out (RFC 6749 §3.2)."""

    def __init__(self, params: Parameters) -> None:
        self._data = {name: value for name, value in params.pairs if value}

    @property
    def data(self) -> dict[str, str]:
        """Each name with its value."""
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        """Each name with all its values; repeated names were refused before."""
        return {name: [value] for name, value in self._data.items()}


class EngineRequest(OAuth2Request):
    """One request on its way through Authlib. The address is ours, never the caller's."""

    def __init__(self, method: str, uri: str, params: Parameters, call: EndpointCall | None = None) -> None:
        super().__init__(method, uri)
        self.payload = FormPayload(params)
        self.call = call

    @property
    def form(self) -> dict[str, str]:
        """The body's parameters."""
        return self.payload.data

    @property
    def registered(self) -> Client:
        """The authenticated client as the domain knows it."""
        view: Any = self.client
        return view.client
