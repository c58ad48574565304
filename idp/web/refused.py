"""The page about a request that the server in front could not read; that server asks for it here and passes it on."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort
from werkzeug.wrappers import Response

PATH = "/refused/"
STATUSES = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_URI_TOO_LONG,
        HTTPStatus.EXPECTATION_FAILED,
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        HTTPStatus.NOT_IMPLEMENTED,
    }
)

blueprint = Blueprint("refused", __name__)


@blueprint.get(f"{PATH}<int:status>")
def refused(status: int) -> Response:
    """Always an error, of this status if it is one a server refuses with. Raises HTTPException."""
    abort(status if status in STATUSES else HTTPStatus.NOT_FOUND)
