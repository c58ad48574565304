"""Signing keys: made once, published in public parts only, never imported twice."""

import json
import stat

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from idp.providers.files import exposed_files
from idp.providers.signing_keys import KeyState
from tests.providers.keys import CLAIMS, decode, header_of, kid_of


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_what_was_signed_verifies(fixed, alg):
    token = fixed.sign(alg, CLAIMS, typ="JWT")
    assert fixed.verify(token, typ=["JWT"]) == {**CLAIMS, "amr": ["pwd", "otp"]}
    assert header_of(token) == {
        "alg": alg,
        "typ": "JWT",
        "kid": kid_of(fixed._folder, alg, KeyState.ACTIVE),
    }


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_anyone_can_verify_with_the_published_keys(fixed, alg):
    token = fixed.sign(alg, CLAIMS, typ="JWT")
    published = next(key for key in fixed.jwks()["keys"] if key["kid"] == header_of(token)["kid"])
    kind = RSAKey if alg == "RS256" else ECKey
    assert json.loads(jws.deserialize_compact(token, kind.import_key(published), [alg]).payload)["name"] == "入学 花子"


def test_rs256_is_the_default_and_other_algorithms_are_refused(fixed):
    assert fixed.algorithms() == ("RS256", "ES256")
    with pytest.raises(ValueError, match="HS256"):
        fixed.sign("HS256", CLAIMS, typ="JWT")


@pytest.mark.spec("RFC7517", "5")
def test_the_published_keys_hold_no_private_part(fixed):
    for key in fixed.jwks()["keys"]:
        assert set(key) in ({"kty", "n", "e", "kid", "use", "alg"}, {"kty", "crv", "x", "y", "kid", "use", "alg"})


@pytest.mark.spec("RFC7638", "3")
def test_the_kid_is_the_thumbprint_and_the_rsa_key_is_long_enough(fixed):
    for key in fixed.jwks()["keys"]:
        kind = RSAKey if key["kty"] == "RSA" else ECKey
        assert kind.import_key(key).thumbprint() == key["kid"]
        assert key["kty"] != "RSA" or len(decode(key["n"])) == 3072 // 8
        assert key["kty"] != "EC" or key["crv"] == "P-256"


def test_every_file_is_for_its_owner_only(key_folder):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in key_folder.iterdir()}
    assert modes == {0o600}
    assert exposed_files(key_folder) == ()


def test_no_signature_imports_a_key(keyring, monkeypatch, key_folder):
    for path in key_folder.iterdir():
        path.unlink()
    for kind in (RSAKey, ECKey):
        monkeypatch.setattr(kind, "import_key", lambda *_args, **_more: pytest.fail("a key was imported"))
    for alg in ("RS256", "ES256"):
        for _ in range(3):
            keyring.verify(keyring.sign(alg, CLAIMS, typ="JWT"), typ=["JWT"])
