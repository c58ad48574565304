"""S256 and nothing else."""

import pytest

from idp.protocol.pkce import find_challenge_problem, is_verified

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.spec("RFC7636", "B")
def test_the_example_of_the_specification():
    assert is_verified(VERIFIER, CHALLENGE)


@pytest.mark.spec("RFC7636", "4.6")
@pytest.mark.parametrize(
    ("verifier", "challenge"),
    [
        (None, CHALLENGE),
        ("", CHALLENGE),
        (CHALLENGE, CHALLENGE),
        (VERIFIER[:-1] + "l", CHALLENGE),
        (VERIFIER + "=", CHALLENGE),
        (VERIFIER[:42], CHALLENGE),
        ("a" * 129, CHALLENGE),
        ("é" * 43, CHALLENGE),
        (VERIFIER + "\n", CHALLENGE),
    ],
)
@pytest.mark.spec("RFC7636", "4.1")
def test_a_wrong_verifier_fails(verifier, challenge):
    assert not is_verified(verifier, challenge)


@pytest.mark.spec("RFC9700", "4.8.2")
def test_a_verifier_nobody_announced_fails():
    assert is_verified(None, None)
    assert not is_verified(VERIFIER, None)


@pytest.mark.spec("RFC9700", "2.1.1")
@pytest.mark.parametrize(
    ("challenge", "method", "is_required", "problem"),
    [
        (CHALLENGE, "S256", True, None),
        (CHALLENGE, "S256", False, None),
        (None, None, False, None),
        (None, None, True, "code_challenge"),
        (None, "S256", False, "code_challenge"),
        (CHALLENGE, None, False, "code_challenge_method"),
        (CHALLENGE, "plain", True, "code_challenge_method"),
        (CHALLENGE, "s256", True, "code_challenge_method"),
        (CHALLENGE[:-1], "S256", True, "code_challenge"),
        (CHALLENGE + "x", "S256", True, "code_challenge"),
        (CHALLENGE[:-1] + "=", "S256", True, "code_challenge"),
        (CHALLENGE + "\n", "S256", True, "code_challenge"),
    ],
)
@pytest.mark.spec("RFC7636", "4.3")
def test_which_challenges_are_taken(challenge, method, is_required, problem):
    assert find_challenge_problem(challenge, method, is_required=is_required) == problem
