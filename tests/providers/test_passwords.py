"""Hashing in a bounded queue, and the passwords attackers try first."""

import statistics
import threading
import time

import pytest

from idp.config.site import Argon2
from idp.domain.ports import HasherBusy
from idp.providers.passwords.argon2 import Argon2Hasher
from idp.providers.passwords.breached import ListedPasswords
from idp.providers.system import SystemClock, SystemSecrets

CHEAP = Argon2(memory_kib=64)


@pytest.fixture
def secrets():
    return SystemSecrets(SystemClock())


@pytest.fixture
def hasher(secrets):
    return Argon2Hasher(secrets, CHEAP)


@pytest.fixture(scope="module")
def listed():
    return ListedPasswords()


def test_a_password_verifies_and_another_does_not(hasher):
    encoded = hasher.hash("Sakura-2026!")
    assert hasher.verify(encoded, "Sakura-2026!")
    assert not hasher.verify(encoded, "sakura-2026!")
    assert not hasher.verify(encoded, "")


def test_the_default_cost_is_the_one_of_the_design(secrets):
    encoded = Argon2Hasher(secrets).hash("Sakura-2026!")
    assert encoded.startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_two_hashes_of_one_password_differ(hasher):
    assert hasher.hash("Sakura-2026!") != hasher.hash("Sakura-2026!")


def test_the_last_letter_of_a_long_password_counts(hasher):
    encoded = hasher.hash("あ" * 127 + "い")
    assert hasher.verify(encoded, "あ" * 127 + "い")
    assert not hasher.verify(encoded, "あ" * 127 + "う")


@pytest.mark.parametrize(("typed_then", "typed_now"), [("が", "か\u3099"), ("Ａｂｃ１２３！", "Abc123!"), ("ｶﾞ", "ガ")])
def test_forms_of_the_same_letters_are_the_same_password(hasher, typed_then, typed_now):
    assert hasher.verify(hasher.hash(typed_then), typed_now)


@pytest.mark.parametrize("password", ["a" * 1025, "あ" * 342, "a\ud800"])
def test_what_no_form_lets_through_is_never_hashed(hasher, password):
    with pytest.raises(ValueError):
        hasher.hash(password)
    assert not hasher.verify(hasher.hash("a"), password)


def test_nobody_is_never_right_and_takes_as_long_as_somebody(secrets):
    hasher = Argon2Hasher(secrets, Argon2(memory_kib=16384))
    encoded = hasher.hash("Sakura-2026!")
    taken = {None: [], encoded: []}
    for _ in range(15):
        for known, times in taken.items():
            begun = time.perf_counter()
            assert not hasher.verify(known, "another")
            times.append(time.perf_counter() - begun)
    nobody, somebody = (statistics.median(times) for times in taken.values())
    assert 0.7 < nobody / somebody < 1.4


@pytest.mark.parametrize("encoded", ["", "plain", "$argon2id$broken", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_hash_that_cannot_be_read_is_never_right_and_is_outdated(hasher, encoded, caplog):
    assert not hasher.verify(encoded, "Sakura-2026!")
    assert hasher.is_outdated(encoded)
    assert encoded == "" or encoded not in caplog.text


def test_weaker_hashes_are_outdated_and_stronger_ones_are_not(secrets):
    weak, strong = Argon2Hasher(secrets, CHEAP), Argon2Hasher(secrets, Argon2(memory_kib=128, passes=2))
    assert strong.is_outdated(weak.hash("a"))
    assert not weak.is_outdated(strong.hash("a"))
    assert not weak.is_outdated(weak.hash("a"))


def test_no_more_hashes_run_at_once_than_there_are_slots(secrets):
    hasher = Argon2Hasher(secrets, Argon2(memory_kib=32768), slots=1)
    lone = min(timed(lambda: hasher.hash("a")) for _ in range(3))
    threads = [threading.Thread(target=hasher.hash, args=("a",)) for _ in range(6)]
    together = timed(lambda: ([thread.start() for thread in threads], [thread.join() for thread in threads]))
    assert together > 6 * lone * 0.8


def timed(action):
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def test_who_waits_too_long_is_told_so_known_or_not(secrets):
    busy = Argon2Hasher(secrets, CHEAP, slots=1, longest_wait=0.05)
    encoded = busy.hash("a")
    with busy._slot():
        for known in (encoded, None):
            with pytest.raises(HasherBusy):
                busy.verify(known, "a")
        with pytest.raises(HasherBusy):
            busy.hash("a")
    assert busy.verify(encoded, "a")


@pytest.mark.parametrize(
    "password",
    [
        "Password1!",
        "Passw0rd!",
        "Qwerty123!",
        "P@ssw0rd",
        "Abcd1234!",
        "PASSWORD1!",
        "Ｐａｓｓｗｏｒｄ１！",
        "12345678",
        "1qaz@WSX",
    ],
)
def test_the_usual_passwords_are_listed_whatever_their_case(listed, password):
    assert listed.contains(password)


@pytest.mark.parametrize("password", ["", "Sakura-2026!", "Momiji-2026!", "Tsukimi-Dango-48", "Password1!x"])
def test_other_passwords_are_not_listed(listed, password):
    assert not listed.contains(password)


def test_a_site_can_name_a_bigger_file(tmp_path):
    more = tmp_path / "more.txt"
    more.write_bytes("Tsukimi-Dango-48\r\n\n# hash\nÀbc\n".encode() + b"\xff\xfe\n")
    listed = ListedPasswords(more)
    assert listed.contains("tsukimi-dango-48")
    assert listed.contains("# hash")
    assert listed.contains("àbc")
    assert listed.contains("Passw0rd!")
    assert not listed.contains("")
