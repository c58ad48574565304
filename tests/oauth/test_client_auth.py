"""Client authentication: one method, the registered one, and nothing crashes."""

from __future__ import annotations

import base64
from dataclasses import replace
from hashlib import sha256

import pytest

from idp.domain.client import ClientAuthMethod
from idp.oauth.request import EndpointCall
from idp.protocol.errors import TokenError
from idp.protocol.parameters import Parameters
from tests.relying_party import basic
from tests.samples import PORTAL_SECRET, make_client


def raw_basic(text: bytes):
    return f"Basic {base64.b64encode(text).decode()}"


def authenticated(engine, authorization=None, **params: str):
    call = EndpointCall(endpoint="introspect", params=Parameters(tuple(params.items())), authorization=authorization)
    methods = frozenset(ClientAuthMethod)
    return engine.oauth._authenticator.authenticate(call, methods).id


@pytest.mark.spec("RFC6749", "2.3.1")
@pytest.mark.parametrize(
    ("authorization", "params", "client_id"),
    [
        (basic("portal", PORTAL_SECRET), {}, "portal"),
        (basic("portal", PORTAL_SECRET).replace("Basic", "bAsIc"), {}, "portal"),
        (basic("portal", PORTAL_SECRET), {"client_id": "portal"}, "portal"),
        (None, {"client_id": "portal", "client_secret": PORTAL_SECRET}, "portal"),
        (None, {"client_id": "app"}, "app"),
        (None, {"client_id": "app", "client_secret": ""}, "app"),
        (raw_basic(b"app:"), {}, "app"),
        (raw_basic(b"app:"), {"client_id": "app"}, "app"),
    ],
)
@pytest.mark.spec("OIDC.Core", "9")
def test_each_way_that_is_registered_works(engine, authorization, params, client_id):
    assert authenticated(engine, authorization, **params) == client_id


@pytest.mark.spec("RFC6749", "5.2")
@pytest.mark.parametrize(
    ("authorization", "params"),
    [
        (None, {}),
        (None, {"client_id": "nobody"}),
        (None, {"client_id": "portal"}),
        (None, {"client_id": "portal", "client_secret": "wrong"}),
        (None, {"client_secret": PORTAL_SECRET}),
        (None, {"client_id": "app", "client_secret": "something"}),
        (basic("portal", "wrong"), {}),
        (basic("portal", PORTAL_SECRET + " "), {}),
        (basic("nobody", PORTAL_SECRET), {}),
        (basic("app", "something"), {}),
        (raw_basic(b"portal:"), {}),
        (basic("portal", PORTAL_SECRET), {"client_id": "app"}),
        (basic("portal", PORTAL_SECRET), {"client_id": "portal", "client_secret": PORTAL_SECRET}),
        (basic("portal", PORTAL_SECRET), {"client_assertion": "x"}),
        ("Basic", {}),
        ("Basic ", {}),
        ("Basic !!!", {}),
        ("Basic " + "A" * 9000, {}),
        ("Basic cG9ydGFs", {}),
        (raw_basic(b"\xff\xfe:x"), {}),
        (raw_basic(b"portal:%ff"), {}),
        (raw_basic(b"port%00al:x"), {}),
        ("Basic あ", {}),
        ("Bearer token", {}),
        ("", {}),
        ("Basic Og==", {}),
        (None, {"client_id": "portal", "client_assertion": "x.y.z"}),
        (None, {"client_id": "portal", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:x"}),
    ],
)
def test_everything_else_is_invalid_client(engine, authorization, params):
    with pytest.raises(TokenError) as caught:
        authenticated(engine, authorization, **params)
    assert (caught.value.code, caught.value.status) == ("invalid_client", 401)


@pytest.mark.spec("RFC6749", "2.3.1")
def test_both_halves_of_basic_are_form_encoded(engine):
    odd = make_client(id="a:b c", secret_digests=make_secret("p%40:ü +&="))
    engine.stored.clients.add(odd, None)
    assert authenticated(engine, basic("a:b c", "p%40:ü +&=")) == "a:b c"


def make_secret(text):
    return (sha256(text.encode()).hexdigest(),)


def test_a_client_that_changes_its_secret_may_use_both_for_a_while(engine):
    turning = make_client(secret_digests=(*make_secret("new"), *make_secret("old")))
    engine.stored.clients.tables["clients"]["portal"] = turning
    assert authenticated(engine, basic("portal", "new")) == authenticated(engine, basic("portal", "old")) == "portal"


def test_a_method_the_client_is_not_registered_for_is_refused(engine):
    only_basic = make_client(auth_methods=frozenset({ClientAuthMethod.BASIC}))
    engine.stored.clients.tables["clients"]["portal"] = only_basic
    with pytest.raises(TokenError):
        authenticated(engine, client_id="portal", client_secret=PORTAL_SECRET)


@pytest.mark.spec("RFC6749", "3.2.1")
@pytest.mark.spec("RFC6749", "2.3.1")
def test_a_confidential_client_is_never_believed_without_proof(engine):
    careless = replace(make_client(), auth_methods=frozenset(ClientAuthMethod))
    engine.stored.clients.tables["clients"]["portal"] = careless
    with pytest.raises(TokenError):
        authenticated(engine, client_id="portal")
