"""Stylesheet, script, icon and the tenant's colours, each under an address that changes with its content.

A page names `/assets/sekisho.css?v=<hash>`: that may be kept for a year, anything else is asked for again with its
ETag. `/brand.css` is made from `site.yaml`; only words that cannot be anything but a colour or a size get in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request

STATIC = Path(__file__).resolve().parent / "static"
YEAR = 365 * 24 * 3600

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
_SIZE = re.compile(r"[0-9]{0,2}(?:\.[0-9]{1,4})?rem|0")
_FONT = re.compile(r"[A-Za-z0-9 ,\"-]{1,300}")
_TOKENS: Mapping[str, re.Pattern[str]] = {
    "accent": _COLOUR,
    "accent-deep": _COLOUR,
    "accent-wash": _COLOUR,
    "on-accent": _COLOUR,
    "beam": _COLOUR,
    "ground": _COLOUR,
    "wash": _COLOUR,
    "radius": _SIZE,
    "logo": _SIZE,
    "font": _FONT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is sent."""

    path: str
    body: bytes
    content_type: str

    @property
    def digest(self) -> str:
        """Sixteen hex digits of its SHA-256."""
        return hashlib.sha256(self.body).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Assets:
    """Every asset by its path."""

    by_path: Mapping[str, Asset]

    def url(self, path: str) -> str:
        """The address with the hash of the content."""
        return f"{path}?v={self.by_path[path].digest}"


def load_assets(brand: Mapping[str, str], site_folder: Path | None = None) -> Assets:
    """Read the engine's static files (a site's `templates/brand/icon.svg` wins) and make the brand's stylesheet."""
    files = {f"/assets/{path.name}": path for path in sorted(STATIC.iterdir()) if path.suffix in _TYPES}
    own_icon = None if site_folder is None else site_folder / "templates" / "brand" / "icon.svg"
    if own_icon is not None and own_icon.is_file():
        files["/assets/icon.svg"] = own_icon
    found = {
        name: Asset(path=name, body=path.read_bytes(), content_type=_TYPES[path.suffix]) for name, path in files.items()
    }
    css = build_brand_css(brand).encode()
    found["/brand.css"] = Asset(path="/brand.css", body=css, content_type=_TYPES[".css"])
    return Assets(found)


def build_brand_css(brand: Mapping[str, str]) -> str:
    """Custom properties from a site's `brand`: `accent`, `accent_deep`, …; `dark_accent` and so on for dark screens.

    Words that are no brand token, and values of the wrong kind, are left out.
    """
    light = _declarations(brand, "")
    dark = _declarations(brand, "dark_")
    rules = [f":root {{ {light} }}"] if light else []
    rules += [f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"] if dark else []
    return "".join(f"{rule}\n" for rule in rules)


def _declarations(brand: Mapping[str, str], prefix: str) -> str:
    chosen = ((token, brand.get(prefix + token.replace("-", "_"), ""), pattern) for token, pattern in _TOKENS.items())
    return " ".join(f"--{token}: {value};" for token, value, pattern in chosen if pattern.fullmatch(value))


def build_blueprint(assets: Assets) -> Blueprint:
    """The routes of all assets."""
    blueprint = Blueprint("assets", __name__)

    @blueprint.get("/brand.css")
    def brand() -> Response:
        return _answer(assets.by_path["/brand.css"])

    @blueprint.get("/assets/<name>")
    def file(name: str) -> Response:
        asset = assets.by_path.get(f"/assets/{name}")
        return abort(404) if asset is None else _answer(asset)

    return blueprint


def _answer(asset: Asset) -> Response:
    response = Response(asset.body, content_type=asset.content_type)
    response.set_etag(asset.digest)
    response.cache_control.public = True
    if request.args.get("v") == asset.digest:
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response
