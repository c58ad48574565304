"""univcoop マイポータル: a server-side web application, the confidential client `portal`."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from idp.demo.addresses import Addresses
from idp.demo.client import SampleClient
from idp.demo.relying_party import Registration
from idp.demo.site import LOCALES

REGISTRATION = Registration(client_id="portal", secret="portal-secret", scopes=("openid", "profile", "email"))


def create_portal(addresses: Addresses) -> Flask:
    """The portal as a WSGI application."""
    portal = SampleClient("portal", addresses, REGISTRATION)
    portal.receive_backchannel_logout()

    def start(flow: str) -> str:
        return addresses.start(flow, client_id="portal", return_to=f"{addresses.own}/", locale=portal.locale)

    def home() -> Response:
        notice = portal.take_notice()
        if portal.person is not None:
            return portal.show("account", claims=portal.person, notice=notice)
        return portal.show("home", notice=notice, sign_up=start("sign_up"), set_password=start("set_password"))

    def signed_up() -> AnyResponse:
        # A journey that ended signed in at the provider comes back here; the request is answered silently.
        return redirect("/login", HTTPStatus.SEE_OTHER)

    portal.flask.add_url_rule("/", "home", home)
    portal.flask.add_url_rule("/signed-up", "signed_up", signed_up)
    for page in ("help", "privacy", "terms", "chushikoku"):
        portal.flask.add_url_rule(f"/{page}", page, lambda page=page: portal.show(page, locales=LOCALES))
    return portal.flask
