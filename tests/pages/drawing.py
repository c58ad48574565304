"""Draws the sample site's pages for tests, and reads them back as trees."""

from __future__ import annotations

from functools import cache

from idp.config.texts import Texts
from idp.web.assets import load_assets
from idp.web.pages.context import PageContext, Purpose
from idp.web.render import Renderer
from tests.page_tree import Node, Tree
from tests.pages.screens import SITE, SITE_FOLDER, context
from tests.pages.states import PAGES

LOCALES = ("ja", "en")
ENGINE_PAGES = {
    "expired": {"restart": "/start/sign_up?client_id=portal"},
    "lost_cookie": {"restart": None},
    "finished": {"restart": None},
    "elsewhere": {"restart": "/start/sign_up?client_id=portal"},
    "link_expired": {"restart": "/start/sign_up?client_id=portal"},
    "link_used": {"restart": "/journey/abc"},
    "link_replaced": {"restart": None},
    "link_unknown": {"restart": None},
    "sign_out": {},
    "signed_out": {"restart": None},
    "form_post": {"action": "https://rp.example/callback", "fields": {"code": "c", "state": "s", "iss": "i"}},
    "outbox": {"messages": [], "to": None, "json_url": "/dev/outbox.json"},
}


@cache
def texts() -> Texts:
    return Texts.load(SITE_FOLDER, SITE.locales)


@cache
def renderer() -> Renderer:
    return Renderer(site=SITE, texts=texts(), assets=load_assets(SITE.brand, SITE.folder))


def context_of(name: str, locale: str) -> PageContext:
    """As the views make it: who asked, and why."""
    match PAGES[name].flow:
        case "set_password":
            return context(locale, "guide", Purpose.RETURN)
        case "wallet":
            return context(locale, "wallet", account="hanako@example.jp")
        case _:
            return context(locale)


@cache
def draw(name: str, locale: str = "ja") -> str:
    """One page in one state."""
    if name in PAGES:
        return renderer().render_screen(PAGES[name], context=context_of(name, locale))
    if name == "error":
        return renderer().render_error(
            status=400,
            code="invalid_request",
            parameter="redirect_uri",
            reference="7K2-M4Q",
            context=context(locale),
        )
    return renderer().render_page(name, context=context(locale), **ENGINE_PAGES[name])


def read(html: str) -> Node:
    """The root element."""
    return Tree(html).root


def main_form(page: Node) -> Node:
    """The first POST form of the document."""
    return next(form for form in page.all("form") if form.attributes.get("method") == "post")


EVERY = (*PAGES, *ENGINE_PAGES, "error")
