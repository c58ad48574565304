"""What a page needs to know about the request it answers, besides its own content.

Plain values made by the views, so that rendering needs no Flask: language, address, form tokens, and the client at
the gate. What is the same for every page (site, texts, assets) lives in the renderer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from idp.domain.client import Client


class Purpose(StrEnum):
    """What the line above the heading says about the client."""

    SIGN_IN = "sign_in"  # サインイン先
    RETURN = "return"  # 手続き後の戻り先


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """One request. `url` is the page's own path with its query: language links keep it.

    `csrf` and `step` are the form's hidden tokens. `client` is whom the person came from, None when unknown; `home`
    is where "back to the client" leads when that is not the client's home page. `account` is the address of the
    signed-in person, where a page says it.
    """

    locale: str
    url: str
    now: datetime
    csrf: str = ""
    step: str = ""
    client: Client | None = None
    purpose: Purpose | None = None
    home: str | None = None
    account: str | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def home_url(self) -> str | None:
        """Where the person goes when all is done or nothing can be done."""
        return self.home or (self.client.home_uri if self.client else None)
