"""acr, amr and auth_time."""

from datetime import timedelta

import pytest

from idp.domain.session import Method
from idp.protocol.assurance import build_context, weakest_level
from tests.samples import LEVELS, NOW, ago, make_event

PASSWORD = make_event(at=ago(hours=1))
SMS = make_event(Method.SMS, at=ago(minutes=1))


@pytest.mark.spec("RFC8176", "2")
@pytest.mark.spec("OIDC.Core", "2")
def test_one_factor_and_two():
    one = build_context((PASSWORD,), LEVELS)
    assert (one.acr, one.amr, one.auth_time) == ("pwd", ("pwd",), PASSWORD.at)
    two = build_context((PASSWORD, SMS), LEVELS)
    assert (two.acr, two.amr, two.auth_time) == ("mfa", ("pwd", "otp", "sms", "mfa"), NOW - timedelta(minutes=1))


@pytest.mark.spec("OIDC.Core", "5.5.1.1")
@pytest.mark.parametrize(
    ("essential", "least", "acr"),
    [
        (("pwd",), None, "pwd"),
        (("pwd", "mfa"), None, "mfa"),
        (("unknown",), None, "mfa"),
        (("pwd",), "mfa", "mfa"),
    ],
)
def test_an_essential_acr_is_answered_with_one_of_its_values_but_never_below_the_clients_own(essential, least, acr):
    assert build_context((PASSWORD, SMS), LEVELS, essential=essential, least=least).acr == acr


@pytest.mark.spec("OIDC.Core", "5.5.1.1")
def test_no_more_is_said_than_was_shown():
    assert build_context((PASSWORD,), LEVELS, essential=("mfa",)).acr == "pwd"


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
@pytest.mark.parametrize(
    ("names", "level"), [((), None), (("silver",), None), (("mfa", "pwd"), "pwd"), (("silver", "mfa"), "mfa")]
)
def test_any_of_the_requested_levels_will_do_and_unknown_ones_are_ignored(names, level):
    assert weakest_level(names, LEVELS) == level
