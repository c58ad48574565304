"""The cookie that binds journeys and authorization requests to one browser. It says nothing about who sits there."""

from __future__ import annotations

from werkzeug.wrappers import Response

from idp.services import Services
from idp.web.context import is_foreign_form
from idp.web.cookies import put_cookie, read_token

COOKIE = "sekisho_browser"
PURPOSE = "browser"
LIFE = 24 * 3600  # seconds


def read_browser(house: Services) -> str | None:
    """The browser's secret, or None for one we have not met."""
    return read_token(house.site, COOKIE)


def browser_digest(house: Services) -> str | None:
    """What journeys know the browser by, or None for one we have not met."""
    secret = read_browser(house)
    return None if secret is None else house.digester.digest(PURPOSE, secret)


def keep_browser(house: Services, answer: Response) -> str:
    """What journeys know the browser by; one we have not met gets its cookie with `answer`."""
    known = browser_digest(house)
    if known is not None:
        return known
    secret = house.secrets.token()
    put_cookie(answer, house.site, COOKIE, secret, max_age=LIFE)
    return house.digester.digest(PURPOSE, secret)


def lost_on_the_way(house: Services) -> bool:
    """True for another site's form: browsers leave our cookies out of it, and send them with the same as a GET."""
    return is_foreign_form() and read_browser(house) is None
