"""Redirects of pages: always 303, so that a form is never sent on (RFC 9700 §4.12)."""

from __future__ import annotations

from werkzeug.wrappers import Response


def see_other(location: str) -> Response:
    """A redirect after which the browser makes a GET. `location` is ours or was checked against a client's list."""
    answer = Response(status=303)
    answer.headers["Location"] = location
    answer.headers["Cache-Control"] = "no-store"
    return answer
