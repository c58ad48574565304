"""Scopes: written, allowed, narrowed."""

import pytest

from idp.protocol.scopes import BadScope, allowed_scopes, narrowed_scopes, parse_scopes
from tests.samples import make_app, make_client


@pytest.mark.spec("RFC6749", "3.3")
@pytest.mark.parametrize(
    ("text", "scopes"),
    [(None, ()), ("openid", ("openid",)), ("email openid  email", ("email", "openid")), ("a:b/c.d", ("a:b/c.d",))],
)
def test_scopes_keep_their_order(text, scopes):
    assert parse_scopes(text) == scopes


@pytest.mark.spec("RFC6749", "3.3")
@pytest.mark.parametrize("text", ["", " openid", "openid ", 'a"b', "a\\b", "a\tb", "あ", "a" * 1025])
def test_what_is_no_scope_is_refused(text):
    with pytest.raises(BadScope):
        parse_scopes(text)


@pytest.mark.spec("RFC6749", "3.3")
def test_a_scope_the_client_may_not_have_is_dropped():
    assert allowed_scopes(("openid", "admin", "email"), make_client()) == ("openid", "email")


@pytest.mark.spec("OIDC.Core", "11")
def test_offline_access_needs_the_refresh_grant_type():
    wanted = ("openid", "offline_access")
    assert allowed_scopes(wanted, make_app()) == wanted
    assert allowed_scopes(wanted, make_app(grant_types=frozenset({"authorization_code"}))) == ("openid",)


@pytest.mark.spec("RFC6749", "6")
@pytest.mark.parametrize(
    ("wanted", "result"),
    [((), ("openid", "email")), (("email",), ("email",)), (("openid", "phone"), None), (("profile",), None)],
)
def test_a_refresh_may_narrow_but_never_widen(wanted, result):
    assert narrowed_scopes(("openid", "email"), wanted) == result
