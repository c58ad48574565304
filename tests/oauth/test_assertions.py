"""private_key_jwt: signature, claims, and one use."""

from __future__ import annotations

import base64
import json

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from idp.domain.client import ClientAuthMethod
from idp.oauth.assertions import ASSERTION_TYPE
from idp.oauth.request import EndpointCall
from idp.protocol.errors import TokenError
from idp.protocol.parameters import Parameters
from tests.samples import ISSUER, NOW, make_client

KEY = ECKey.generate_key("P-256", {"kid": "k1"})
RSA = RSAKey.generate_key(2048, {"kid": "k2"})
STRANGER = ECKey.generate_key("P-256", {"kid": "k1"})
JWKS = {"keys": [KEY.as_dict(private=False), RSA.as_dict(private=False), {"kty": "oct", "k": "c2VjcmV0", "kid": "o"}]}
AT = int(NOW.timestamp())


def claims(**changes: object):
    known = {"iss": "signer", "sub": "signer", "aud": ISSUER, "exp": AT + 60, "iat": AT, "jti": "j1"}
    return {name: value for name, value in (known | changes).items() if value is not None}


def assertion(made=None, key=KEY, alg="ES256", **header: object):
    head = {"alg": alg, "kid": key.kid, **header}
    return jws.serialize_compact(head, json.dumps(claims() if made is None else made), key, algorithms=[alg])


def encode(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@pytest.fixture
def ask(engine):
    methods = frozenset({ClientAuthMethod.PRIVATE_KEY_JWT})
    engine.stored.clients.add(make_client(id="signer", auth_methods=methods, secret_digests=(), jwks=JWKS), NOW)

    def ask(text, endpoint="token", **more: str):
        params = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text, **more}
        call = EndpointCall(endpoint=endpoint, params=Parameters(tuple(params.items())))
        return engine.oauth._authenticator.authenticate(call, frozenset(ClientAuthMethod)).id

    return ask


@pytest.mark.spec("RFC7523", "2.2")
@pytest.mark.parametrize(
    ("made", "endpoint"),
    [
        (claims(), "token"),
        (claims(aud=f"{ISSUER}/token"), "token"),
        (claims(aud=f"{ISSUER}/token"), "revoke"),
        (claims(aud=f"{ISSUER}/introspect"), "introspect"),
        (claims(aud=[ISSUER]), "token"),
        (claims(exp=AT - 9), "token"),
        (claims(iat=AT + 8, nbf=AT + 8), "token"),
        (claims(iat=None), "token"),
    ],
)
def test_a_good_assertion_is_taken(ask, made, endpoint):
    assert ask(assertion(made), endpoint) == "signer"


@pytest.mark.spec("RFC7523", "3")
@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256")])
def test_each_algorithm_on_the_list_is_taken(ask, key, alg):
    assert ask(assertion(key=key, alg=alg)) == "signer"


@pytest.mark.spec("RFC7523", "3")
@pytest.mark.parametrize(
    "made",
    [
        claims(iss=None),
        claims(iss="portal"),
        claims(sub=None),
        claims(sub=7),
        claims(sub="portal", iss="portal"),
        claims(sub="nobody", iss="nobody"),
        claims(aud=None),
        claims(aud=[]),
        claims(aud="https://evil.example"),
        claims(aud=[ISSUER, "https://evil.example"]),
        claims(aud=f"{ISSUER}/"),
        claims(aud=f"{ISSUER}/introspect"),
        claims(aud={"a": 1}),
        claims(exp=None),
        claims(exp=AT - 11),
        claims(exp=AT + 3700),
        claims(exp="soon"),
        claims(exp=True),
        claims(exp=1e300),
        claims(iat=AT + 61),
        claims(nbf=AT + 61),
        claims(jti=None),
        claims(jti=""),
        claims(jti=7),
        claims(jti="x" * 300),
        [],
        {},
    ],
)
def test_a_wrong_claim_is_refused(ask, made):
    with pytest.raises(TokenError) as caught:
        ask(assertion(made))
    assert caught.value.code == "invalid_client"


@pytest.mark.spec("RFC8725", "3.1")
@pytest.mark.parametrize(
    "text",
    [
        assertion(key=STRANGER),
        assertion(key=STRANGER, jwk=STRANGER.as_dict(private=False)),
        assertion(kid="unknown"),
        assertion(kid="../../etc/passwd\x00"),
        assertion()[:-6] + "AAAAAA",
        f"{encode({'alg': 'none'})}.{encode(claims())}.",
        f"{encode({'alg': 'none'})}.{encode(claims())}.AA",
        f"{encode({'alg': 'nOnE', 'kid': 'k1'})}.{encode(claims())}.AA",
        f"{encode({'alg': ['ES256'], 'kid': 'k1'})}.{encode(claims())}.AA",
        f"{encode({'alg': 'ES256', 'kid': 'k1', 'crit': ['exp']})}.{encode(claims())}.AA",
        f"{encode({'alg': 'ES256', 'kid': {}})}.{encode(claims())}.AA",
        f"{encode(b'{' * 5000)}.{encode(claims())}.AA",
        jws.serialize_compact({"alg": "HS256", "kid": "o"}, json.dumps(claims()), OctKey.import_key("secret" * 8)),
        jws.serialize_compact(
            {"alg": "HS256", "kid": "k1"},
            json.dumps(claims()),
            OctKey.import_key(json.dumps(KEY.as_dict(private=False))),
        ),
        "." * 20000,
        "",
        "x",
        "あ.あ.あ",
    ],
)
def test_a_forged_or_malformed_assertion_is_refused(ask, text):
    with pytest.raises(TokenError) as caught:
        ask(text)
    assert caught.value.code == "invalid_client"


@pytest.mark.spec("RFC7523", "3")
def test_an_assertion_is_good_once(engine, ask):
    text = assertion()
    assert ask(text) == "signer"
    for wait in (0, 60, 9):
        engine.clock.wait(seconds=wait)
        with pytest.raises(TokenError):
            ask(text)


@pytest.mark.spec("RFC6749", "2.3")
def test_an_assertion_goes_with_no_other_method_and_no_other_client(ask):
    with pytest.raises(TokenError):
        ask(assertion(), client_secret="x")
    with pytest.raises(TokenError):
        ask(assertion(claims(jti="j2")), client_id="portal")
    assert ask(assertion(claims(jti="j3")), client_id="signer") == "signer"
