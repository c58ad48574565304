"""Signing keys: made once, turned over without a gap, never imported twice."""

import base64
import hmac
import json
import os
import stat
import subprocess
import sys

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from idp.providers import signing_keys
from idp.providers.files import exposed_files
from idp.providers.keyring import FileKeyring
from idp.providers.signing_keys import INDEX_FILE, BadKeyFolder, KeyState, UnknownKey, load_entries
from idp.providers.system import SystemClock

CLAIMS = {"iss": "http://localhost:9000", "name": "入学 花子", "amr": ("pwd", "otp")}


@pytest.fixture(scope="module")
def fixed(made_keys):
    """A keyring nobody changes."""
    return FileKeyring(made_keys, SystemClock())


@pytest.fixture
def keyring(key_folder, clock):
    return FileKeyring(key_folder, clock, monotonic=clock.monotonic)


def header_of(token):
    return json.loads(decode(token.split(".")[0]))


def decode(segment):
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def kid_of(folder, alg, state):
    return next(entry.kid for entry in load_entries(folder) if (entry.alg, entry.state) == (alg, state))


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


# -- what is refused -----------------------------------------------------------------------------------------------


def forge(fixed, header, payload=None):
    """A token of our active RSA key with another header."""
    kid, key = fixed._keys.signing["RS256"]
    full = {"alg": "RS256", "kid": kid, "typ": "JWT", **header}
    signed = f"{encode(full)}.{encode(CLAIMS if payload is None else payload)}"
    signature = jws.JWSRegistry.algorithms["RS256"].sign(signed.encode(), key)
    return f"{signed}.{encode(signature)}"


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


# -- turning over --------------------------------------------------------------------------------------------------


def test_a_rotation_signs_with_a_key_that_was_published_before(keyring, key_folder, clock):
    before, old = {key["kid"] for key in keyring.jwks()["keys"]}, keyring.sign("RS256", CLAIMS, typ="JWT")
    signing_keys.rotate(key_folder, clock.now())
    clock.move(seconds=2)
    new = keyring.sign("RS256", CLAIMS, typ="JWT")
    assert header_of(new)["kid"] != header_of(old)["kid"]
    assert header_of(new)["kid"] in before
    assert keyring.verify(old, typ=["JWT"]) == keyring.verify(new, typ=["JWT"])


def test_a_rotation_leaves_the_other_processes_a_token_they_know(keyring, key_folder, clock):
    signing_keys.rotate(key_folder, clock.now())
    other = FileKeyring(key_folder, clock, monotonic=clock.monotonic)
    assert keyring.verify(other.sign("ES256", CLAIMS, typ="JWT"), typ=["JWT"])


def test_running_workers_follow_within_two_seconds_and_look_no_more_often(keyring, key_folder, clock):
    old = header_of(keyring.sign("ES256", CLAIMS, typ="JWT"))["kid"]
    signing_keys.rotate(key_folder, clock.now())
    clock.move(seconds=1.9)
    assert header_of(keyring.sign("ES256", CLAIMS, typ="JWT"))["kid"] == old
    clock.move(seconds=0.1)
    assert header_of(keyring.sign("ES256", CLAIMS, typ="JWT"))["kid"] != old


def test_a_retired_key_is_published_for_two_days_and_verifies_after_that(keyring, key_folder, clock):
    old = keyring.sign("RS256", CLAIMS, typ="JWT")
    signing_keys.rotate(key_folder, clock.now())
    clock.move(days=1, hours=23)
    assert header_of(old)["kid"] in {key["kid"] for key in keyring.jwks()["keys"]}
    clock.move(hours=1)
    assert header_of(old)["kid"] not in {key["kid"] for key in keyring.jwks()["keys"]}
    assert keyring.verify(old, typ=["JWT"])


def test_a_withdrawn_key_is_worth_nothing_and_the_next_one_takes_over(keyring, key_folder, clock):
    old, waiting = keyring.sign("RS256", CLAIMS, typ="JWT"), kid_of(key_folder, "RS256", KeyState.NEXT)
    signing_keys.retire(key_folder, header_of(old)["kid"], clock.now())
    clock.move(seconds=2)
    assert header_of(old)["kid"] not in {key["kid"] for key in keyring.jwks()["keys"]}
    assert header_of(keyring.sign("RS256", CLAIMS, typ="JWT"))["kid"] == waiting
    assert kid_of(key_folder, "RS256", KeyState.NEXT) != waiting
    with pytest.raises(ValueError):
        keyring.verify(old, typ=["JWT"])


def test_a_key_that_waits_can_be_withdrawn_too(key_folder, clock):
    waiting = kid_of(key_folder, "ES256", KeyState.NEXT)
    active = kid_of(key_folder, "ES256", KeyState.ACTIVE)
    signing_keys.retire(key_folder, waiting, clock.now())
    assert kid_of(key_folder, "ES256", KeyState.NEXT) != waiting
    assert kid_of(key_folder, "ES256", KeyState.ACTIVE) == active


def test_private_parts_go_when_a_key_stops_signing_and_strange_files_stay(key_folder, clock):
    (key_folder / "tls.pem").write_text("not ours")
    active = kid_of(key_folder, "ES256", KeyState.ACTIVE)
    signing_keys.rotate(key_folder, clock.now())
    assert not (key_folder / f"{active}.pem").exists()
    assert (key_folder / "tls.pem").exists()
    assert len(list(key_folder.glob("*.pem"))) == 4 + 1


def test_an_unknown_or_withdrawn_key_cannot_be_retired(key_folder, clock):
    active = kid_of(key_folder, "ES256", KeyState.ACTIVE)
    signing_keys.retire(key_folder, active, clock.now())
    for kid in (active, "nobody"):
        with pytest.raises(UnknownKey):
            signing_keys.retire(key_folder, kid, clock.now())


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"keys": [{}]}', '{"keys": [{"alg": "HS256"}]}', '{"keys": 7}'])
def test_a_damaged_list_stops_the_start(key_folder, clock, content):
    (key_folder / INDEX_FILE).write_text(content)
    with pytest.raises(BadKeyFolder, match=INDEX_FILE):
        FileKeyring(key_folder, clock)


def test_a_damaged_or_exchanged_private_key_stops_the_start(key_folder, clock):
    active, waiting = (kid_of(key_folder, "ES256", state) for state in (KeyState.ACTIVE, KeyState.NEXT))
    for content in ("no key", (key_folder / f"{waiting}.pem").read_text()):
        (key_folder / f"{active}.pem").write_text(content)
        with pytest.raises(BadKeyFolder, match=active):
            FileKeyring(key_folder, clock)


def test_a_list_damaged_later_changes_nothing_for_those_who_run(keyring, key_folder, clock, caplog):
    token = keyring.sign("ES256", CLAIMS, typ="JWT")
    (key_folder / INDEX_FILE).write_text("{")
    clock.move(seconds=2)
    assert keyring.verify(token, typ=["JWT"])
    assert "stay as they are" in caplog.text


START_TOGETHER = """
import sys, pathlib, json
from idp.providers.keyring import FileKeyring
from idp.providers.system import SystemClock
sys.stdin.read(1)
keyring = FileKeyring(pathlib.Path(sys.argv[1]), SystemClock())
print(json.dumps([keyring.jwks(), keyring.verify(keyring.sign("RS256", {"a": 1}, typ="JWT"), typ=["JWT"])]))
"""


def test_processes_that_start_together_end_with_the_same_keys(tmp_path):
    command = [sys.executable, "-c", START_TOGETHER, str(tmp_path / "keys")]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ})
        for _ in range(3)
    ]
    answers = {child.communicate("x")[0] for child in children}
    assert [child.returncode for child in children] == [0] * 3
    assert len(answers) == 1
    assert len(list((tmp_path / "keys").glob("*.pem"))) == 4


ROTATE_AGAIN_AND_AGAIN = """
import sys, pathlib
from idp.providers import signing_keys
from idp.providers.system import SystemClock
for _ in range(2):
    signing_keys.rotate(pathlib.Path(sys.argv[1]), SystemClock().now())
"""


def test_rotations_at_the_same_time_lose_no_key_and_trouble_no_reader(key_folder, clock):
    old = FileKeyring(key_folder, clock).sign("ES256", CLAIMS, typ="JWT")
    command = [sys.executable, "-c", ROTATE_AGAIN_AND_AGAIN, str(key_folder)]
    children = [subprocess.Popen(command) for _ in range(2)]
    while any(child.poll() is None for child in children):
        reader = FileKeyring(key_folder, clock)
        assert reader.verify(reader.sign("ES256", CLAIMS, typ="JWT"), typ=["JWT"])
    assert [child.returncode for child in children] == [0, 0]
    assert FileKeyring(key_folder, clock).verify(old, typ=["JWT"])
    states = [(entry.alg, entry.state) for entry in load_entries(key_folder)]
    assert states.count(("RS256", KeyState.ACTIVE)) == states.count(("RS256", KeyState.NEXT)) == 1
    assert states.count(("RS256", KeyState.RETIRED)) == 4
