"""Where answers may go."""

import pytest

from idp.protocol.redirect_uri import form_action_source, match_redirect, origin_of
from tests.samples import make_app, make_client

HTTPS = make_client(redirect_uris=("https://rp.example/cb", "https://rp.example/cb?tenant=a"))


@pytest.mark.spec("RFC9700", "2.1")
@pytest.mark.parametrize("uri", HTTPS.redirect_uris)
def test_a_registered_uri_is_trusted(uri):
    assert match_redirect(HTTPS, uri) == uri


@pytest.mark.spec("RFC9700", "4.1")
@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "https://rp.example/cb/",
        "https://rp.example/CB",
        "https://RP.example/cb",
        "HTTPS://rp.example/cb",
        "http://rp.example/cb",
        "https://rp.example:443/cb",
        "https://rp.example/cb?foo=bar",
        "https://rp.example/cb?tenant=a&x=1",
        "https://rp.example/cb#",
        "https://rp.example/./cb",
        "https://rp.example/x/../cb",
        "https://rp.example/%63b",
        "https://rp.example/cb%00",
        "https://rp.example/cb ",
        " https://rp.example/cb",
        "https://rp.example/cb\r\nX: y",
        "https://rp.example\\@evil.example/cb",
        "https://rp.example@evil.example/cb",
        "https://evil.example@rp.example/cb",
        "https://rp.example.evil.example/cb",
        "https://rp.example/..;/cb",
        "https://rp.exаmple/cb",
        "//rp.example/cb",
        "javascript:alert(1)",
        "https://rp.example/cb" + "a" * 4000,
    ],
)
def test_a_single_changed_byte_is_another_address(uri):
    assert match_redirect(HTTPS, uri) is None


@pytest.mark.spec("RFC8252", "7.3")
@pytest.mark.parametrize(
    ("uri", "is_good"),
    [
        ("http://127.0.0.1:51234/callback", True),
        ("http://127.0.0.1/callback", True),
        ("http://[::1]:1/cb", True),
        ("http://localhost:65535", True),
        ("jp.example.app:/callback", True),
        ("http://127.0.0.1:0/callback", False),
        ("http://127.0.0.1:65536/callback", False),
        ("http://127.0.0.1:/callback", False),
        ("http://127.0.0.1:80a/callback", False),
        ("http://127.0.0.1:80@evil.example/callback", False),
        ("http://127.0.0.1:80\\@evil.example/callback", False),
        ("http://127.0.0.1:51234/other", False),
        ("http://127.0.0.1:51234/callback?x=1", False),
        ("http://127.0.0.1:51234/callback#x", False),
        ("http://localhost:51234/callback", False),
        ("http://127.0.0.2:51234/callback", False),
        ("http://[::2]:1/cb", False),
        ("http://localhost.evil.example:1", False),
        ("https://127.0.0.1:51234/callback", False),
        ("jp.example.app:/callback2", False),
        ("jp.example.app://callback", False),
        ("JP.example.app:/callback", False),
    ],
)
def test_only_the_port_of_a_loopback_address_is_free(uri, is_good):
    assert (match_redirect(make_app(), uri) == uri) is is_good


@pytest.mark.spec("RFC8252", "7.3")
def test_a_confidential_client_gets_no_free_port():
    assert match_redirect(make_client(), "http://localhost:9002/callback") is None


@pytest.mark.spec("RFC6454", "6.2")
@pytest.mark.parametrize(
    ("uri", "origin", "source"),
    [
        ("https://rp.example/cb?x=1", "https://rp.example", "https://rp.example"),
        ("https://RP.example:443/cb", "https://rp.example", "https://rp.example"),
        ("http://localhost:9001/callback", "http://localhost:9001", "http://localhost:9001"),
        ("http://[::1]:5000/cb", "http://[::1]:5000", "http:"),
        ("jp.example.app:/callback", None, "jp.example.app:"),
    ],
)
def test_origins_and_form_action_sources(uri, origin, source):
    assert (origin_of(uri), form_action_source(uri)) == (origin, source)
