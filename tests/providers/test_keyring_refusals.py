"""Tokens that are not ours, or not what they say."""

import hmac
import json

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from idp.providers.signing_keys import KeyState
from tests.providers.keys import CLAIMS, encode, forge, kid_of


def test_the_forger_of_these_tests_makes_good_tokens_too(fixed):
    assert fixed.verify(forge(fixed, {}), typ=["JWT"])["name"] == "入学 花子"


@pytest.mark.spec("RFC8725", "3.1")
@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "HS256", "ES256", "RS512", "", None, 7, ["RS256"]])
def test_an_algorithm_that_is_not_the_keys_own_is_refused(fixed, alg):
    with pytest.raises(ValueError):
        fixed.verify(forge(fixed, {"alg": alg}), typ=["JWT"])


def test_an_unsigned_token_is_refused(fixed):
    head, body, _ = fixed.sign("RS256", CLAIMS, typ="JWT").split(".")
    for signature in ("", "AAAA"):
        with pytest.raises(ValueError):
            fixed.verify(f"{head}.{body}.{signature}", typ=["JWT"])


@pytest.mark.spec("RFC8725", "2.1")
def test_the_public_key_is_no_hmac_secret(fixed):
    kid, key = fixed._keys.signing["RS256"]
    for secret in (key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode()):
        signed = f"{encode({'alg': 'HS256', 'kid': kid, 'typ': 'JWT'})}.{encode(CLAIMS)}"
        signature = hmac.digest(secret, signed.encode(), "sha256")
        with pytest.raises(ValueError):
            fixed.verify(f"{signed}.{encode(signature)}", typ=["JWT"])


@pytest.mark.spec("RFC7515", "4.1.11")
@pytest.mark.parametrize("header", [{"crit": []}, {"crit": ["exp"], "exp": 1}, {"crit": ["b64"], "b64": False}])
def test_an_extension_nobody_understands_is_refused(fixed, header):
    with pytest.raises(ValueError):
        fixed.verify(forge(fixed, header), typ=["JWT"])


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
def test_a_key_that_comes_with_the_token_is_not_used(fixed, name):
    own = RSAKey.generate_key(2048)
    value = {
        "jwk": own.as_dict(private=False),
        "jku": "http://localhost:1/",
        "x5u": "http://localhost:1/",
        "x5c": ["AA"],
    }
    signed = f"{encode({'alg': 'RS256', 'kid': kid_of(fixed._folder, 'RS256', KeyState.ACTIVE), 'typ': 'JWT', name: value[name]})}.{encode(CLAIMS)}"
    signature = jws.JWSRegistry.algorithms["RS256"].sign(signed.encode(), own)
    with pytest.raises(ValueError):
        fixed.verify(f"{signed}.{encode(signature)}", typ=["JWT"])


@pytest.mark.spec("RFC8725", "3.11")
@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "jwt", None, 7, ["JWT"]])
def test_a_token_of_another_type_is_refused(fixed, typ):
    with pytest.raises(ValueError):
        fixed.verify(forge(fixed, {"typ": typ}), typ=["JWT"])


@pytest.mark.parametrize("kid", ["", "../keys/secrets", "x' OR 1=1", "\x00", "k" * 10_240, None, 7, {}, ["a"]])
def test_an_unknown_kid_is_refused(fixed, kid):
    with pytest.raises(ValueError):
        fixed.verify(forge(fixed, {"kid": kid}), typ=["JWT"])


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "." * 1_000_000,
        "あ.い.う",
        "e30.e30.e30",
        "W10.e30.AAAA",
        "bnVsbA.e30.AAAA",
        f"{encode(b'[' * 5000)}.e30.AAAA",
        f"{encode(b'{' * 5000)}.e30.AAAA",
        encode(b'{"alg":"RS256","alg":"none"}') + ".e30.AAAA",
        encode(b"\xff\xfe") + ".e30.AAAA",
        "A.e30.AAAA",
    ],
)
def test_what_is_no_token_is_refused_as_a_value(fixed, token):
    with pytest.raises(ValueError):
        fixed.verify(token, typ=["JWT"])


def test_a_token_over_16_kib_is_refused_before_it_is_looked_at(fixed):
    with pytest.raises(ValueError, match="compact"):
        fixed.verify(fixed.sign("ES256", {"pad": "x" * 20_000}, typ="JWT"), typ=["JWT"])


@pytest.mark.parametrize("payload", [b"", b"[]", b"7", b"null", b"not json", b'{"a":1,"a":2}', b"[" * 5000])
def test_a_payload_that_is_no_object_is_refused(fixed, payload):
    with pytest.raises(ValueError):
        fixed.verify(forge(fixed, {}, payload), typ=["JWT"])


def test_every_altered_letter_of_the_signed_part_is_noticed(fixed):
    token = fixed.sign("ES256", {"sub": "s1"}, typ="JWT")
    for place in range(token.rindex(".")):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(ValueError):
            fixed.verify(altered, typ=["JWT"])
