"""The documents that clients read first: metadata and keys. Made once, and again when the signing keys change.

OpenID Connect Discovery §4, RFC 8414 §3, RFC 7517 §5.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.domain.values import JsonObject
from idp.oauth.assertions import ALGORITHMS
from idp.oauth.grants import GRANT_TYPES
from idp.protocol.metadata import Capabilities, build_metadata
from idp.services import Services
from idp.web.context import services

blueprint = Blueprint("discovery", __name__)
KEPT_FOR = 3600
"""Seconds a client may keep a document; a new key is published at least twice as long before it signs."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it is sent."""

    body: bytes
    etag: str


@blueprint.get("/.well-known/openid-configuration")
@blueprint.get("/.well-known/oauth-authorization-server")
def metadata() -> Response:
    """The discovery document."""
    return _answer(_build_metadata(_capabilities(services())))


@blueprint.get("/jwks")
def jwks() -> Response:
    """The public signing keys."""
    return _answer(_build(services().keyring.jwks()))


def _capabilities(house: Services) -> Capabilities:
    return Capabilities(
        issuer=house.site.issuer,
        levels=house.site.levels,
        catalog=house.catalog,
        locales=house.site.locales,
        grant_types=GRANT_TYPES,
        signing_algorithms=house.keyring.algorithms(),
        assertion_algorithms=ALGORITHMS,
    )


@lru_cache(maxsize=16)
def _build_metadata(known: Capabilities) -> Document:
    return _build(build_metadata(known))


def _build(content: JsonObject) -> Document:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=dict).encode()
    return Document(body, hashlib.sha256(body).hexdigest()[:32])


def _answer(document: Document) -> Response:
    answer = Response(document.body, content_type="application/json; charset=utf-8")
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT_FOR
    answer.set_etag(document.etag)
    return answer.make_conditional(request)
