"""Where everything of the sample lives: the provider, the sample clients and the registry stub on one host."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

OFFSETS = {"portal": 1, "guide": 2, "app": 3, "wallet": 4, "registry": 5, "trial": 6}
"""How far above the port base each process listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The issuer and the port base, and what follows from them. `port` is where this very process listens."""

    issuer: str
    base: int
    port: int

    @property
    def own(self) -> str:
        """The origin of this process."""
        return f"http://localhost:{self.port}"

    @property
    def issuer_origin(self) -> str:
        """Scheme, host and port of the issuer, for a Content-Security-Policy."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def of(self, name: str) -> str:
        """The origin of a sample process, by its name."""
        return f"http://localhost:{self.base + OFFSETS[name]}"

    def start(self, flow: str, *, client_id: str, return_to: str, locale: str) -> str:
        """A link that begins a journey at the provider without an authorization request."""
        query = urlencode({"client_id": client_id, "return_to": return_to, "ui_locales": locale})
        return f"{self.issuer}/start/{flow}?{query}"
