"""The trial client: signs people in to a site that has no client yet, and shows what a client would get.

Public, so that no secret stands anywhere; `sekisho demo` makes it known to the provider of its own run.
"""

from __future__ import annotations

from flask import Flask, Response, request

from idp.demo.addresses import Addresses
from idp.demo.client import SampleClient
from idp.demo.relying_party import Registration
from idp.demo.site import LOCALES

REGISTRATION = Registration(client_id="trial", scopes=("openid", "profile", "email"))


class Trial(SampleClient):
    """A client without a country of its own."""

    @property
    def usual_locale(self) -> str:
        """What the browser asks for."""
        return request.accept_languages.best_match(LOCALES) or "en"


def create_trial(addresses: Addresses) -> Flask:
    """The trial client as a WSGI application."""
    trial = Trial("trial", addresses, REGISTRATION)

    def home() -> Response:
        notice = trial.take_notice()
        return trial.show("account" if trial.person else "home", claims=trial.person, notice=notice)

    trial.flask.add_url_rule("/", "home", home)
    return trial.flask
