"""The member registry and the joining system (加入Webシステム) of the sample, as one small stub.

POST /members looks a person up, POST /joinings takes what a sign-up collected, once per Idempotency-Key.
When a secret is set, both want `X-Sekisho-Signature: sha256=<hex HMAC of the raw body>`.
POST /_down {"down": true} makes it answer 503, for tests. The page at / shows all of it.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from idp.demo.addresses import Addresses
from idp.demo.keep import read_document, write_document
from idp.demo.members import PEOPLE, look_up
from idp.demo.site import SampleSite

SIGNATURE = "X-Sekisho-Signature"
MAX_JOININGS = 10_000


class KeyReused(Exception):
    """An Idempotency-Key came back with another body."""


class Joinings:
    """What the joining system has taken, oldest first; kept in a file when one is named."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        kept = read_document(path).get("joinings", []) if path else []
        self._taken: list[dict[str, Any]] = kept if isinstance(kept, list) else []

    def all(self) -> list[dict[str, Any]]:
        """Everything taken so far."""
        return list(self._taken)

    def take(self, key: str | None, received: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """The joining and whether it is new. Raises KeyReused."""
        with self._lock:
            known = next((one for one in self._taken if key is not None and one["idempotency_key"] == key), None)
            if known is not None:
                if known["received"] != received:
                    raise KeyReused
                return known, False
            number = self._taken[-1]["id"] + 1 if self._taken else 1
            joining = {"id": number, "idempotency_key": key, "taken_at": int(time.time()), "received": received}
            self._taken = [*self._taken, joining][-MAX_JOININGS:]
            if self._path is not None:
                write_document(self._path, {"joinings": self._taken})
            return joining, True


class Registry:
    """The stub's answers. `is_down` makes both systems answer 503."""

    def __init__(self, joinings: Joinings, secret: str | None) -> None:
        self._joinings = joinings
        self._secret = secret
        self.is_down = False

    def members(self) -> Response:
        """POST /members {email, birth_date?}."""
        asked = self._received()
        email, birth_date = asked.get("email"), asked.get("birth_date")
        if not isinstance(email, str) or not (birth_date is None or isinstance(birth_date, str)):
            abort(HTTPStatus.BAD_REQUEST, "email is a text, birth_date an ISO 8601 date or absent")
        return jsonify(look_up(email, birth_date or None))

    def take_joining(self) -> tuple[Response, int]:
        """POST /joinings: 201 when taken, 200 when taken before, 409 when the key belongs to another one."""
        received = self._received()
        try:
            joining, is_new = self._joinings.take(request.headers.get("Idempotency-Key"), received)
        except KeyReused:
            abort(HTTPStatus.CONFLICT, "this Idempotency-Key came with another body before")
        receipt = {"accepted": True, "id": joining["id"]}
        return jsonify(receipt), HTTPStatus.CREATED if is_new else HTTPStatus.OK

    def list_joinings(self) -> Response:
        """GET /joinings."""
        return jsonify(self._joinings.all())

    def set_down(self) -> Response:
        """POST /_down {"down": bool}."""
        wanted = _json_object().get("down")
        if not isinstance(wanted, bool):
            abort(HTTPStatus.BAD_REQUEST, "down is true or false")
        self.is_down = wanted
        return jsonify(down=self.is_down)

    def _received(self) -> dict[str, Any]:
        if self.is_down:
            abort(HTTPStatus.SERVICE_UNAVAILABLE, "switched off by POST /_down")
        if self._secret is not None:
            expected = "sha256=" + hmac.new(self._secret.encode(), request.get_data(), hashlib.sha256).hexdigest()
            if not hmac.compare_digest(request.headers.get(SIGNATURE, "").encode(), expected.encode()):
                abort(HTTPStatus.UNAUTHORIZED, f"{SIGNATURE} is missing or wrong")
        return _json_object()


def create_registry(addresses: Addresses, *, state: Path | None = None, secret: str | None = None) -> Flask:
    """The registry stub as a WSGI application."""
    site = SampleSite("registry", addresses)
    joinings = Joinings(state)
    registry = Registry(joinings, secret)

    def home() -> Response:
        return site.show("home", people=PEOPLE, joinings=joinings.all()[::-1], is_down=registry.is_down)

    rule = site.flask.add_url_rule
    rule("/", "home", home)
    rule("/members", "members", registry.members, methods=["POST"])
    rule("/joinings", "take_joining", registry.take_joining, methods=["POST"])
    rule("/joinings", "joinings", registry.list_joinings, methods=["GET"])
    rule("/_down", "down", registry.set_down, methods=["POST"])
    site.flask.register_error_handler(HTTPException, _problem)
    return site.flask


def _json_object() -> dict[str, Any]:
    received = request.get_json(force=True)
    if not isinstance(received, dict):
        abort(HTTPStatus.BAD_REQUEST, "the body is one JSON object")
    return received


def _problem(problem: HTTPException) -> tuple[Response, int]:
    status = problem.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return jsonify(error=HTTPStatus(status).name.lower(), detail=problem.description), status
