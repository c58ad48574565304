"""Signing keys turned over without a gap."""

import os
import subprocess
import sys

import pytest

from idp.providers import signing_keys
from idp.providers.keyring import FileKeyring
from idp.providers.signing_keys import INDEX_FILE, BadKeyFolder, KeyState, UnknownKey, load_entries
from tests.providers.keys import CLAIMS, header_of, kid_of


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
