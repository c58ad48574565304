"""From a `Screen`, an error or the name of a page to HTML.

Owns one Jinja environment (the site's `templates/` before the engine's, everything escaped, nothing undefined) and
what every page shares: language links, footer, assets. Knows no Flask; the views give a `PageContext`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from idp.config.site import Site
from idp.config.texts import Texts
from idp.config.wording import Wording
from idp.domain.client import Client
from idp.flows.screen import Screen, ScreenKind
from idp.web.assets import Assets
from idp.web.pages.context import PageContext, Purpose
from idp.web.pages.page import PageView
from idp.web.pages.speech import Speech

__all__ = ["Language", "PageContext", "Purpose", "Renderer"]

TEMPLATES = Path(__file__).resolve().parent / "templates"
GATE = "M5 2h2.2v4.6h9.6V2H19v4.6h3.5v2.2H19V22h-2.2V8.8H7.2V22H5V8.8H1.5V6.6H5Zm5.3 11h3.4v5.5h-3.4Z"
FOOTER = ("home", "help", "privacy", "terms")
PAPER = "M5 2h14v20H5ZM6.800 3.800v16.400h10.400V3.800ZM9 8h6v1.800H9Zm0 4h6v1.800H9Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language the page can be had in."""

    tag: str
    name: str
    url: str


class Renderer:
    """Makes pages. One for each application; safe for threads."""

    def __init__(self, *, site: Site, texts: Texts, assets: Assets) -> None:
        self._site = site
        self._texts = texts
        self._assets = assets
        self._environment = Environment(
            loader=FileSystemLoader([site.folder / "templates", TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(asset=assets.url, as_code=_as_code, as_link=_as_link)

    def render_screen(self, screen: Screen, *, context: PageContext) -> str:
        """The page of a journey's step."""
        names = _names(self._site, context)
        account = context.account or screen.params.get("email")
        params = {**names, "account": account, **screen.params, **self._mail(screen, context)}
        view = PageView(screen, context, self._site, self._speech(context, params))
        values = self._shared(context, view.speech, data={"page": screen.page, "flow": screen.flow})
        return self._render(f"screens/{screen.kind.value}.html", view=view, screen=screen, **values)

    def render_error(
        self,
        *,
        status: int,
        code: str,
        reference: str,
        context: PageContext,
        parameter: str | None = None,
    ) -> str:
        """The error page: what happened, the way on, then reference, time, code and parameter."""
        speech = self._speech(context, _names(self._site, context))
        known = code if speech.has(f"errors.code.{code}.text") else _family(status)
        values = self._shared(context, speech, data={"page": "error", "error": code, "reference": reference})
        return self._render(
            "pages/error.html", code=code, known=known, reference=reference, parameter=parameter, **values
        )

    def render_page(self, name: str, *, context: PageContext, **values: Any) -> str:
        """One of the engine's own pages; those without a template of their own say where one stands and lead on."""
        speech = self._speech(context, _names(self._site, context))
        shared = self._shared(context, speech, data={"page": name})
        template = self._environment.select_template([f"pages/{name}.html", "pages/stopped.html"])
        return template.render(values=values, **shared)

    def client_name(self, client: Client, locale: str) -> str:
        """What people call a client."""
        return in_language(client.names, locale) or client.id

    def _speech(self, context: PageContext, params: Mapping[str, Any]) -> Speech:
        wording = Wording(texts=self._texts, locale=context.locale, zone=self._site.zone, now=context.now)
        return Speech(wording=wording, params=params)

    def _mail(self, screen: Screen, context: PageContext) -> dict[str, Any]:
        """The subject of the mail that a page speaks of: `mail` in its params, else that of the sign-up link."""
        own = screen.params.get("mail")
        if own is None and screen.kind is not ScreenKind.MAIL_SENT:
            return {}
        names = _names(self._site, context)
        templates = (own,) if own is not None else (f"{screen.flow}_link", "sign_up_link")
        found = (self._texts.get(context.locale, f"mails.{name}.subject", **names) for name in templates)
        return {"subject": next((subject for subject in found if subject), None)}

    def _shared(self, context: PageContext, speech: Speech, *, data: Mapping[str, str]) -> dict[str, Any]:
        return {
            "context": context,
            "site": self._site,
            "speech": speech,
            "say": speech.say,
            "plain": speech.plain,
            "say_lines": speech.lines,
            "data": data,
            "languages": self._languages(context),
            "links": self._links(context.locale),
            "site_name": in_language(self._site.names, context.locale),
            "client_name": "" if context.client is None else self.client_name(context.client, context.locale),
            "operator": "" if context.client is None else in_language(context.client.operators, context.locale),
            "logo": _draw(self._site.brand.get("mark") or GATE),
            "gate": _draw(GATE, css="door"),
            "gate_mark": _draw(GATE),
            "mark": Markup() if context.client is None or not context.client.mark else _draw(context.client.mark),
            "far_mark": _draw(context.client.mark if context.client and context.client.mark else PAPER, css="far"),
            "now": context.now,
        }

    def _languages(self, context: PageContext) -> tuple[Language, ...]:
        return tuple(
            Language(tag=tag, name=self._texts.get(tag, "language.name") or tag, url=_in_locale(context.url, tag))
            for tag in self._site.locales
            if tag != context.locale
        )

    def _links(self, locale: str) -> dict[str, str]:
        """Where the site's own pages are; empty for those it does not have."""
        return {name: in_language(self._site.links.get(name, {}), locale) for name in FOOTER}

    def _render(self, *templates: str, **values: Any) -> str:
        return self._environment.select_template(templates).render(**values)


def _names(site: Site, context: PageContext) -> dict[str, Any]:
    """Placeholders that every text may use."""
    locale = context.locale
    client = context.client
    return {
        "site": in_language(site.names, locale),
        "client": "" if client is None else in_language(client.names, locale) or client.id,
        "operator": None if client is None else in_language(client.operators, locale) or None,
        "account": context.account,
        "sender": in_language(site.mail.names, locale),
        "sender_address": site.mail.sender,
        "domain": site.mail.domain,
        "sms_digits": site.codes["sms"].digits if "sms" in site.codes else None,
        "time": _iso(context.now),
    }


def _draw(path: str, css: str = "") -> Markup:
    """A mark of one colour from its path data (24 by 24); it says nothing to readers of the screen."""
    return Markup(
        '<svg{} viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path fill-rule="evenodd" d="{}"/></svg>'
    ).format(Markup(' class="{}"').format(css) if css else "", path)


def _as_code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def _as_link(url: str, label: Markup) -> Markup:
    return Markup('<a class="keep" href="{}">{}</a>').format(url, label)


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def _family(status: int) -> str:
    """The general text for a code that has none of its own."""
    return {403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(
        status,
        "server_error" if status >= 500 else "other",  # noqa: PLR2004
    )


def in_language(names: Mapping[str, str], locale: str) -> str:
    return names.get(locale) or names.get("en") or next(iter(names.values()), "")


def _in_locale(url: str, tag: str) -> str:
    """The same page in another language, as a relative address: only the query changes."""
    query = [(name, value) for name, value in parse_qsl(urlsplit(url).query) if name != "ui_locales"]
    return f"?{urlencode([*query, ('ui_locales', tag)])}"
