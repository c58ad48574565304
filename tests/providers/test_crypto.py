"""Digests, sealing and the file their keys live in."""

import json
import os
import stat
import subprocess
import sys

import pytest

from idp.providers.crypto import SECRETS_FILE, AesSealer, BadSecretsFile, KeyedDigester, load_secret_keys
from idp.providers.files import exposed_files
from idp.providers.signing_keys import BadKeyFolder, ensure_keys
from idp.providers.system import SystemSecrets


@pytest.fixture
def secrets(clock):
    return SystemSecrets(clock)


@pytest.fixture
def keys(tmp_path, secrets):
    return load_secret_keys(tmp_path, secrets)


def test_a_digest_is_the_same_every_time_and_64_hex_digits(keys):
    one, again = KeyedDigester(keys).digest("code", "abc"), KeyedDigester(keys).digest("code", "abc")
    assert one == again
    assert len(one) == 64
    assert int(one, 16) > 0


@pytest.mark.spec("RFC5869", "2.3")
def test_purposes_have_keys_of_their_own(keys):
    digester = KeyedDigester(keys)
    assert digester.digest("code", "abc") != digester.digest("access", "abc")
    assert digester.digest("otp:1", "2abc") != digester.digest("otp:12", "abc")


def test_a_digest_needs_the_key(keys, tmp_path, secrets):
    other = load_secret_keys(tmp_path / "other", secrets)
    assert KeyedDigester(keys).digest("code", "abc") != KeyedDigester(other).digest("code", "abc")


@pytest.mark.parametrize("plain", ["", "abc", "確認コード 012345 🎓", "\ud800", "a" * 100_000])
def test_what_was_sealed_opens_again(keys, secrets, plain):
    sealer = AesSealer(keys, secrets)
    sealed = sealer.seal("outbox", plain)
    assert sealer.open("outbox", sealed) == plain
    assert plain == "" or plain not in sealed


def test_sealing_twice_never_looks_the_same(keys, secrets):
    sealer = AesSealer(keys, secrets)
    assert sealer.seal("outbox", "abc") != sealer.seal("outbox", "abc")


def test_another_purpose_does_not_open_it(keys, secrets):
    sealer = AesSealer(keys, secrets)
    with pytest.raises(ValueError, match="another purpose"):
        sealer.open("dev_outbox", sealer.seal("outbox", "abc"))


def test_altering_any_letter_is_noticed(keys, secrets):
    sealer = AesSealer(keys, secrets)
    sealed = sealer.seal("outbox", "abc")
    for place in range(len(sealed) - 1):
        altered = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(ValueError):
            sealer.open("outbox", altered)


@pytest.mark.parametrize("sealed", ["", ".", "abc", "x.y", "{id}.", "{id}.AAAA", "{id}.***", "{id}.\u3042"])
def test_what_was_never_sealed_is_refused_as_a_value(keys, secrets, sealed):
    with pytest.raises(ValueError):
        AesSealer(keys, secrets).open("outbox", sealed.format(id=keys.sealing[0].id))


def test_the_newest_key_seals_and_older_ones_still_open(keys, secrets, tmp_path):
    old = AesSealer(keys, secrets).seal("outbox", "abc")
    path = tmp_path / SECRETS_FILE
    content = json.loads(path.read_text())
    content["sealing"].insert(0, {"id": "newer", "key": secrets.token()})
    path.write_text(json.dumps(content))
    sealer = AesSealer(load_secret_keys(tmp_path, secrets), secrets)
    assert sealer.open("outbox", old) == "abc"
    assert sealer.seal("outbox", "abc").startswith("newer.")


def test_the_file_is_for_its_owner_only_and_is_kept(keys, tmp_path, secrets):
    assert stat.S_IMODE((tmp_path / SECRETS_FILE).stat().st_mode) == 0o600
    assert load_secret_keys(tmp_path, secrets) == keys
    assert exposed_files(tmp_path) == ()


def test_a_file_that_others_may_read_is_named(keys, tmp_path):
    (tmp_path / SECRETS_FILE).chmod(0o644)
    assert exposed_files(tmp_path) == (tmp_path / SECRETS_FILE,)


def test_a_folder_that_cannot_be_made_stops_the_start_with_a_sentence(tmp_path, secrets, clock):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSecretsFile, match="Not a directory"):
        load_secret_keys(tmp_path / "file" / "keys", secrets)
    with pytest.raises(BadKeyFolder, match="cannot be written: Not a directory"):
        ensure_keys(tmp_path / "file" / "keys", clock.now())
    assert exposed_files(tmp_path / "nowhere") == ()


def test_keys_never_show_in_a_representation(keys):
    shown = repr(keys)
    assert repr(keys.digest) not in shown
    assert repr(keys.sealing[0].key) not in shown


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"digest": 7, "sealing": []}',
        b'{"digest": "AAAA", "sealing": []}',
        b'{"digest": "@", "sealing": "abc"}',
        b'{"digest": "' + b"A" * 43 + b'", "sealing": []}',
        b'{"digest": "' + b"A" * 43 + b'", "sealing": "' + b"A" * 43 + b'"}',
        b'{"digest": "' + b"A" * 43 + b'", "sealing": [{"id": "a", "key": "AAAA"}]}',
        b'{"digest": "' + b"A" * 43 + b'", "sealing": [{"id": "a.b", "key": "' + b"A" * 43 + b'"}]}',
    ],
)
def test_a_damaged_file_stops_the_start_without_telling_what_is_in_it(tmp_path, secrets, content):
    (tmp_path / SECRETS_FILE).write_bytes(content)
    with pytest.raises(BadSecretsFile) as caught:
        load_secret_keys(tmp_path, secrets)
    assert "AAAA" not in str(caught.value)


START_TOGETHER = """
import sys, pathlib
from idp.providers.crypto import KeyedDigester, load_secret_keys
from idp.providers.signing_keys import BadKeyFolder, ensure_keys
from idp.providers.system import SystemClock, SystemSecrets
sys.stdin.read(1)
keys = load_secret_keys(pathlib.Path(sys.argv[1]), SystemSecrets(SystemClock()))
print(KeyedDigester(keys).digest("race", "same"))
"""


def test_processes_that_start_together_end_with_the_same_keys(tmp_path):
    folder = tmp_path / "keys"
    command = [sys.executable, "-c", START_TOGETHER, str(folder)]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ})
        for _ in range(4)
    ]
    answers = {child.communicate("x")[0] for child in children}
    assert [child.returncode for child in children] == [0] * 4
    assert len(answers) == 1
