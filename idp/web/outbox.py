"""/dev/outbox: what was sent, for development. Without development mode there is no such page.

Shows the copy that the development outbox keeps; nothing here reads or changes jobs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from urllib.parse import urlencode

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from idp.config.wording import Wording
from idp.domain.outbox import DeliveredMessage
from idp.services import Services
from idp.web.context import renderer, request_locale, services
from idp.web.pages.context import PageContext

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/dev/outbox")
def show() -> Response:
    """The messages, newest first, as a page."""
    house = _house()
    to = _recipient()
    locale = request_locale()
    wording = Wording(texts=house.texts, locale=locale, zone=house.site.zone, now=house.clock.now())
    found = house.dev_outbox.list(to)
    html = renderer().render_page(
        "outbox",
        context=PageContext(locale=locale, url=request.full_path.rstrip("?"), now=house.clock.now()),
        messages=[{**describe(item), "clock": wording.moment(item.sent_at, "seconds")} for item in found],
        to=to,
        json_url="/dev/outbox.json" + (f"?{urlencode({'to': to})}" if to else ""),
    )
    return Response(html, mimetype="text/html")


@blueprint.get("/dev/outbox.json")
def show_json() -> Response:
    """The same for scripts."""
    house = _house()
    return jsonify(_describe_all(house.dev_outbox.list(_recipient())))


def describe(delivered: DeliveredMessage) -> Mapping[str, str | None]:
    """One message with the members that scripts rely on."""
    message = delivered.message
    return {
        "id": message.id,
        "channel": message.channel.value,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "code": message.code,
        "link": message.link,
        "sent_at": delivered.sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def _describe_all(found: Sequence[DeliveredMessage]) -> list[Mapping[str, str | None]]:
    return [describe(item) for item in found]


def _house() -> Services:
    house = services()
    if not house.site.is_development:
        abort(404)
    return house


def _recipient() -> str | None:
    """Whose messages are asked for; a + that was not encoded comes as a space."""
    typed = request.args.get("to", "")
    return (f"+{typed.strip()}" if typed.startswith(" ") else typed.strip()) or None
