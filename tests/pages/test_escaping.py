"""Whatever somebody types, registers or sends in an address stays text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.flows.screen import FieldType, Notice, Option, Problem, Shown
from tests.pages.drawing import context, read, renderer
from tests.pages.screens import CLIENTS, REGISTRATION, consent, done, mail_sent, registration, sign_in
from tests.pages.states import PAGES

POLYGLOTS = [
    "\"'><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:/*--></title></style></textarea></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert(1)//'>",
    "</textarea><script>alert(1)</script>",
    "{{ 7919*7919 }}{% raw %}{account}{0}",
    "「<b>x</b>」を",
    "\u202e\u200b<wbr>&lt;b&gt;",
]
ALLOWED = {"script", "svg", "path", "wbr", "b"}


def drawn(screen):
    return renderer().render_screen(screen, context=context())


def check(html):
    """No element, attribute or script came out of the value; the value can be read where it belongs."""
    page = read(html)
    assert [s for s in page.all("script") if not s.attributes.get("src", "").startswith("/assets/")] == []
    assert page.all("img") == []
    assert [n for n in page.walk() if any(name.startswith("on") for name in n.attributes)] == []
    assert "62710561" not in html


@pytest.mark.parametrize("poison", POLYGLOTS)
def test_typed_values_stay_in_their_inputs(poison):
    fields = tuple(
        replace(f, value=poison, parts={"year": poison, "month": poison, "day": poison}) for f in REGISTRATION
    )
    html = drawn(replace(registration, fields=fields))
    check(html)
    assert read(html).all(id="name")[0].attributes["value"] == poison
    assert read(html).all(id="remarks")[0].raw().strip() == poison.strip()


@pytest.mark.parametrize("poison", POLYGLOTS)
def test_facts_labels_and_options_stay_text(poison):
    shown = (
        Shown(name=poison, value=poison, labels={"ja": poison}, change=f"change:{poison}"),
        Shown(name="a", value=poison, labels={}, type=FieldType.PHONE),
        Shown(name="b", value=poison, labels={}, type=FieldType.DATE),
        Shown(name="c", value=poison, labels={}, type=FieldType.SELECT, options=(Option(value="x", labels={}),)),
        Shown(name="d", value=poison, labels={}, type=FieldType.SELECT, options=(Option(value=poison, labels={}),)),
    )
    for screen in (replace(done, shown=shown), replace(consent, shown=shown), replace(mail_sent, shown=shown)):
        check(drawn(screen))
    assert poison.splitlines()[0].replace("\u200b", "") in read(drawn(replace(consent, shown=shown))).text.replace(
        "\u200b", ""
    )


@pytest.mark.parametrize("poison", POLYGLOTS)
def test_params_of_problems_notices_and_pages_stay_text(poison):
    screen = replace(
        PAGES["verify_email"],
        problems=(
            Problem(message="code.wrong", field="code", params={"tries_left": poison}),
            Problem(message=poison, field=poison),
        ),
        notices=(Notice(message="code.sent_again", params={"x": poison}), Notice(message=poison)),
        params={"channel": poison, "digits": poison, "expires_at": poison, "domain": poison},
    )
    check(drawn(screen))


@pytest.mark.parametrize("poison", POLYGLOTS)
def test_names_of_clients_and_accounts_stay_text(poison):
    client = replace(
        CLIENTS["wallet"],
        names={"ja": poison},
        operators={"ja": poison},
        policy_uri='https://w.example/?a=1&b="x',
        mark=poison,
    )
    for screen in (consent, sign_in, PAGES["identifier"]):
        here = replace(context(account=poison, csrf=poison, step=poison, url=f"/journey/x?y={poison}"), client=client)
        check(renderer().render_screen(screen, context=here))
    html = renderer().render_screen(consent, context=here)
    assert poison.replace("\u200b", "") in read(html).all("h1")[0].raw().replace("\u200b", "")


@pytest.mark.parametrize("poison", POLYGLOTS)
def test_error_parameters_and_references_stay_text(poison):
    html = renderer().render_error(
        status=400, code=poison, parameter=poison, reference=poison, context=context(client=None, url=poison)
    )
    check(html)
    assert read(html).all("html")[0].attributes["data-error"] == poison


@pytest.mark.parametrize("poison", POLYGLOTS)
def test_values_on_their_way_to_a_client_stay_values(poison):
    html = renderer().render_page(
        "form_post", context=context(), action='https://rp.example/cb?x="&y=<', fields={"state": poison, poison: "1"}
    )
    check(html)
    assert read(html).all("input", name="state")[0].attributes["value"] == poison


@pytest.mark.parametrize("poison", POLYGLOTS)
def test_the_outbox_shows_messages_as_text(poison):
    item = dict.fromkeys(("id", "to", "subject", "text", "html", "code", "link", "sent_at", "clock"), poison)
    html = renderer().render_page(
        "outbox", context=context(client=None), messages=[{**item, "channel": "mail"}], to=poison, json_url=poison
    )
    check(html)
