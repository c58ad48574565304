"""`make bench`: what the main operations cost, counted, and how long they take beside each other.

Counts do not drift; times do, so they are printed as ratios and nothing here ever fails because of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from idp.app import create_app
from idp.cli.demo_provider import prepare
from idp.delivery import build_worker
from idp.domain.outbox import JobKind
from idp.settings import from_env
from tests.bench.counting import Cost, measure
from tests.browser import Browser
from tests.in_process import session_on
from tests.product import copy_site
from tests.relying_party import RelyingParty

TIMES = 30
ISSUER = "http://localhost:9000"
HANAKO = {"email": "hanako@example.jp", "password": "Sakura-2026!"}
PHONE = "+819012345678"


class House:
    """The whole provider in this process, and a browser that is signed in at the app."""

    def __init__(self, folder: Path) -> None:
        settings = from_env(folder, development=True, environ={})
        self.services = prepare(settings)
        self.application = create_app(settings, self.services)
        self.app = self.party("app", "http://localhost:9003/callback", scope="openid profile email offline_access")
        self.wallet = self.party("wallet", "http://localhost:9004/callback", secret="wallet-secret")
        self.browser = self.new_browser()
        self.sign_in()
        self.tokens = self.code_flow()

    def party(self, client_id: str, redirect_uri: str, **more: Any) -> RelyingParty:
        http = session_on(self.application)
        return RelyingParty(
            http=http, client_id=client_id, redirect_uri=redirect_uri, issuer=ISSUER, base=ISSUER, **more
        )

    def new_browser(self) -> Browser:
        browser = Browser()
        browser.http.mount("http://", session_on(self.application).get_adapter(ISSUER))
        return browser

    def sign_in(self) -> None:
        """The password, then the phone."""
        self.browser.open(ISSUER + self.app.request()[0])
        self.browser.press("continue", **HANAKO)
        self.browser.press("sms")
        worker = build_worker(self.services)
        while worker.turn(JobKind.CHALLENGE) or worker.turn(JobKind.MESSAGE):
            pass
        self.browser.press("verify_code", code=self.services.dev_outbox.list(PHONE)[0].message.code or "")

    def authorize(self) -> tuple[dict[str, str], dict[str, str]]:
        """A code for a browser with a live session."""
        path, kept = self.app.request()
        answer = self.browser.http.get(ISSUER + path, allow_redirects=False)
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query)), kept

    def code_flow(self) -> dict[str, Any]:
        """Authorize and redeem."""
        answer, kept = self.authorize()
        return dict(self.app.redeem(answer["code"], kept).json())

    def refresh(self) -> None:
        """Rotate the refresh token."""
        self.tokens = self.app.refresh(self.tokens["refresh_token"]).json()

    def wrong_password(self) -> None:
        """One page, one form, one password hash."""
        browser = self.new_browser()
        browser.open(ISSUER + self.app.request()[0])
        browser.press("continue", email=HANAKO["email"], password="wrong")

    def operations(self) -> dict[str, Callable[[], Any]]:
        """What is measured, by name; the first is what the times are compared with."""
        get = self.app.http.get
        return {
            "discovery": lambda: get(f"{ISSUER}/.well-known/openid-configuration"),
            "jwks": lambda: get(f"{ISSUER}/jwks"),
            "client credentials": lambda: self.wallet.token(grant_type="client_credentials"),
            "userinfo": lambda: self.app.userinfo(self.tokens["access_token"]),
            "introspection": lambda: self.wallet.introspect(self.tokens["access_token"]),
            "authorize, signed in": self.authorize,
            "code flow, signed in": self.code_flow,
            "refresh, rotating": self.refresh,
            "sign-in page, wrong password": self.wrong_password,
        }


def table(costs: dict[str, Cost]) -> str:
    """The costs as text, times as multiples of the first."""
    unit = next(iter(costs.values())).seconds
    rows = [f"{'operation':30}{'statements':>12}{'commits':>9}{'signatures':>12}{'hashes':>8}{'time':>9}"]
    for name, cost in costs.items():
        counts = f"{cost.statements:>12}{cost.commits:>9}{cost.signatures:>12}{cost.hashes:>8}"
        rows.append(f"{name:30}{counts}{cost.seconds / unit:>8.1f}×")
    return "\n".join(rows)


def main() -> None:
    """Measure everything once."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(copy_site(Path(folder)))
        print(table({name: measure(operation, times=TIMES) for name, operation in house.operations().items()}))


if __name__ == "__main__":
    main()
