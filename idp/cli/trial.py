"""What runs beside the provider in `sekisho demo`: the sample clients that a site names, or else the trial client.

The trial client is known to the provider of that run only: no file and no database holds it.
"""

from __future__ import annotations

import dataclasses

from idp.config.texts import FALLBACK
from idp.domain.client import Client, ClientAuthMethod, ClientType, ConsentPolicy
from idp.settings import Settings

OFFSETS = {"portal": 1, "guide": 2, "app": 3, "wallet": 4, "registry": 5, "trial": 6}
"""How far above the port base each program listens."""
TRIAL, FLOW = "trial", "sign_in"


def programs(settings: Settings) -> tuple[str, ...]:
    """The programs whose addresses the site names; where no client of it is among them, the trial client."""
    clients = settings.load_clients()
    homes = {client.home_uri for client in clients}
    hooks = tuple(hook.url for hook in settings.site.hooks.values())
    called = [name for name in OFFSETS if any(url.startswith(own_address(settings, name)) for url in hooks)]
    opened = [name for name in OFFSETS if own_address(settings, name) in homes]
    has_flow = (settings.folder / "flows" / f"{FLOW}.yaml").is_file()
    if not opened and has_flow and TRIAL not in {client.id for client in clients}:
        opened = [TRIAL]
    return (*opened, *called)


def own_address(settings: Settings, name: str) -> str:
    """Where a program of this run listens."""
    return f"http://localhost:{settings.port_base + OFFSETS[name]}/"


def with_trial(settings: Settings) -> Settings:
    """The settings, with the trial client among the clients when it runs."""
    if TRIAL not in programs(settings):
        return settings
    client = _trial(settings)
    return dataclasses.replace(settings, load_clients=lambda: (*settings.load_clients(), client))


def _trial(settings: Settings) -> Client:
    home = own_address(settings, TRIAL)
    return Client(
        id=TRIAL,
        names={locale: "トライアル" if locale == "ja" else "Trial" for locale in (*settings.site.locales, FALLBACK)},
        type=ClientType.PUBLIC,
        auth_methods=frozenset({ClientAuthMethod.NONE}),
        redirect_uris=(f"{home}callback",),
        post_logout_redirect_uris=(home,),
        home_uri=home,
        scopes=frozenset(settings.attributes.scopes) | {"openid"},
        flow=FLOW,
        consent=ConsentPolicy.NEVER,
    )
