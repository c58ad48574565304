"""Back-channel logout notices."""

from urllib.parse import parse_qs

import pytest

from idp.domain.ports import DeliveryFailed
from idp.providers.logout import HttpLogoutNotifier
from tests.providers.server import PRODUCTION


@pytest.mark.spec("OIDC-BCL", "2.5")
@pytest.mark.parametrize("status", [b"200 OK", b"204 No Content"])
def test_a_logout_token_is_posted_as_a_form(serve, outbound, status):
    server = serve(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
    HttpLogoutNotifier(outbound).post(server.url, "a.b-_.c")
    request = server.requests[0]
    assert server.header(request, b"content-type") == b"application/x-www-form-urlencoded"
    assert parse_qs(request.partition(b"\r\n\r\n")[2].decode()) == {"logout_token": ["a.b-_.c"]}


@pytest.mark.spec("OIDC-BCL", "2.8")
@pytest.mark.parametrize(
    ("status", "is_final"), [("400 Bad Request", True), ("500 Down", False), ("302 Found", False), ("404 No", False)]
)
def test_a_refused_token_is_final_and_other_trouble_is_not(serve, outbound, status, is_final):
    server = serve(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    with pytest.raises(DeliveryFailed) as caught:
        HttpLogoutNotifier(outbound).post(server.url, "a.b.c")
    assert caught.value.is_final is is_final


def test_an_address_that_is_not_public_ends_the_notices():
    with pytest.raises(DeliveryFailed) as caught:
        HttpLogoutNotifier(PRODUCTION).post("https://localhost:1/logout", "a.b.c")
    assert caught.value.is_final
