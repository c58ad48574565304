"""大学生協アプリ(公式)のご案内: static pages whose links lead into journeys. Nobody signs in here.

Step 1 is ticked when a journey comes back with `?done=password`; the cookie `guide_steps` remembers it.
"""

from __future__ import annotations

from flask import Flask, Response, request

from idp.demo.addresses import Addresses
from idp.demo.site import YEAR_SECONDS, SampleSite

STEPS_COOKIE = "guide_steps"
STEPS = ("password",)
PAGES = ("change_email", "before_november_2023", "download", "help", "privacy")


def create_guide(addresses: Addresses) -> Flask:
    """The guide site as a WSGI application."""
    guide = SampleSite("guide", addresses)

    def home() -> Response:
        done = _done_steps()
        own = f"{addresses.own}/?done=password"
        portal = f"{addresses.of('portal')}/signed-up"
        response = guide.show(
            "home",
            done=done,
            set_password=addresses.start("set_password", client_id="guide", return_to=own, locale=guide.locale),
            for_guardians=addresses.start(
                "sign_up_with_code", client_id="portal", return_to=portal, locale=guide.locale
            ),
        )
        if done:
            steps = ".".join(sorted(done))
            response.set_cookie(STEPS_COOKIE, steps, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
        return response

    guide.flask.add_url_rule("/", "home", home)
    for page in PAGES:
        guide.flask.add_url_rule(f"/{page.replace('_', '-')}", page, lambda page=page: guide.show(page))
    return guide.flask


def _done_steps() -> frozenset[str]:
    told = [*request.args.getlist("done"), *request.cookies.get(STEPS_COOKIE, "").split(".")]
    return frozenset(step for step in told if step in STEPS)
