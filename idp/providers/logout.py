"""Back-channel logout notices (port LogoutNotifier): OpenID Connect Back-Channel Logout 1.0 §2.5 and §2.8."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from idp.domain.ports import DeliveryFailed
from idp.providers.outbound import AddressRefused, CallFailed, Outbound

TOTAL_SECONDS = 5.0


class HttpLogoutNotifier:
    """Posts logout tokens (port LogoutNotifier)."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def post(self, url: str, logout_token: str) -> None:
        """POST the token. Raises DeliveryFailed, finally when the client refused it or its address is no good."""
        body = urlencode({"logout_token": logout_token}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            status = self._outbound.post(url, body, headers, seconds=TOTAL_SECONDS).status
        except CallFailed as error:
            raise DeliveryFailed(str(error), is_final=isinstance(error, AddressRefused)) from None
        # Back-Channel Logout §2.8: 200 when it worked, 204 is as good; 400 when the token is refused.
        if status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
            raise DeliveryFailed(f"status {status}", is_final=status == HTTPStatus.BAD_REQUEST)
