"""大学生協電子マネー, run by another company (見本ペイ株式会社): the confidential client `wallet`.

No page of it ever asks for a password. What is the wallet company's own business is one placeholder page.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from idp.demo.addresses import Addresses
from idp.demo.client import SampleClient
from idp.demo.relying_party import Registration

REGISTRATION = Registration(client_id="wallet", secret="wallet-secret", scopes=("openid", "profile", "email", "phone"))


def create_wallet(addresses: Addresses) -> Flask:
    """The wallet as a WSGI application."""
    wallet = SampleClient("wallet", addresses, REGISTRATION)
    wallet.receive_backchannel_logout()

    def home() -> Response:
        notice = wallet.take_notice()
        return wallet.show("account" if wallet.person else "home", claims=wallet.person, notice=notice)

    def service() -> Response | AnyResponse:
        if wallet.person is None:
            return redirect("/", HTTPStatus.SEE_OTHER)
        return wallet.show("service", claims=wallet.person)

    wallet.flask.add_url_rule("/", "home", home)
    wallet.flask.add_url_rule("/service", "service", service)
    for page in ("help", "privacy"):
        wallet.flask.add_url_rule(f"/{page}", page, lambda page=page: wallet.show(page))
    return wallet.flask
