"""The clock and the randomness of the machine."""

import re
from datetime import UTC, timedelta

from idp.providers.system import SystemClock, SystemSecrets


def test_now_is_aware_and_in_utc():
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert SystemClock().now() - now < timedelta(seconds=5)


def test_a_token_has_256_bits_and_never_comes_twice(clock):
    tokens = {SystemSecrets(clock).token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_identifiers_sort_by_the_time_they_were_made(clock):
    secrets, made = SystemSecrets(clock), []
    for _ in range(50):
        made.append(secrets.identifier())
        clock.move(milliseconds=1)
    assert made == sorted(made)


def test_identifiers_of_one_moment_differ_in_130_random_bits(clock):
    made = {SystemSecrets(clock).identifier() for _ in range(1000)}
    assert len({identifier[10:] for identifier in made}) == 1000
    assert all(re.fullmatch(r"[0-9a-z]{36}", identifier) for identifier in made)


def test_digits_keep_leading_zeros_and_use_every_value(clock):
    codes = [SystemSecrets(clock).digits(2) for _ in range(3000)]
    assert {len(code) for code in codes} == {2}
    assert len(set(codes)) == 100


def test_a_reference_has_no_letters_that_look_alike(clock):
    references = [SystemSecrets(clock).reference() for _ in range(500)]
    assert all(re.fullmatch(r"[2-9A-Z]{3}-[2-9A-Z]{3}", reference) for reference in references)
    assert not set("".join(references)) & set("0O1IL5S8BUZ2"[:-1])
