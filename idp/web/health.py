"""Is the process there, and can it work? For load balancers and `make run`."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from idp.web.context import services
from idp.web.errors import json_answer

blueprint = Blueprint("health", __name__)


class NotReady(RuntimeError):
    """Something is missing without which nobody can sign in."""


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return json_answer({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """The database answers and there is a key to sign with; otherwise 503, and why is in the log."""
    house = services()
    house.sessions.get("readyz")
    if not house.keyring.algorithms():
        raise NotReady("no signing key")
    return json_answer({"status": "ready"})
