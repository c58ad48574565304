"""The one mapper from errors to answers: four exits, what the framework refuses, and whatever nobody foresaw.

Every error gets a short reference that stands on the page and in the log; details stand only in the log, with the
control characters of callers made harmless. RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from idp.domain.ports import HasherBusy, StoreUnavailable
from idp.flows.runtime import JourneyBroken
from idp.protocol.errors import (
    PUBLIC_TEXT,
    BearerError,
    ClientRedirectError,
    ErrorCode,
    PageError,
    Refusal,
    TokenError,
    build_error_answer,
)
from idp.web.answers import send_answer
from idp.web.context import client_address, renderer, request_locale, services
from idp.web.headers import CROSS_ORIGIN_PATHS
from idp.web.pages.context import PageContext

JSON_PATHS = CROSS_ORIGIN_PATHS | {"/introspect", "/healthz", "/readyz"}
REALM = "sekisho"
BODY_ERRORS = frozenset({"gunicorn.http.errors"})
"""Where servers keep what they raise while a body is read that is no HTTP: the caller's mistake, not ours."""
_MAX_DETAIL = 500
_CODES = {
    HTTPStatus.NOT_FOUND: ErrorCode.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: ErrorCode.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ErrorCode.TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG: ErrorCode.TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.NOT_IMPLEMENTED: ErrorCode.INVALID_REQUEST,
    HTTPStatus.SERVICE_UNAVAILABLE: ErrorCode.TEMPORARILY_UNAVAILABLE,
}

log = logging.getLogger("idp.web")


def install(app: Flask) -> None:
    """Let the application answer every error by `answer_error`."""
    app.register_error_handler(Exception, answer_error)


def answer_error(error: Exception) -> Response:
    """The answer to an error."""
    reference = services().secrets.reference()
    match error:
        case Refusal():
            detail = f"{error.parameter}: {error.detail}" if isinstance(error, PageError) else error.detail
            _log(reference, error.code, detail)
            return _answer_refusal(error, reference)
        case HTTPException():
            return _answer_framework(error, reference)
        case _ if type(error).__module__ in BODY_ERRORS:
            _log(reference, ErrorCode.INVALID_REQUEST, str(error))
            return _answer_plain(HTTPStatus.BAD_REQUEST, reference)
        case JourneyBroken():
            log.error("%s %s", reference, one_line(str(error)), exc_info=error)
            return _show(PageError(ErrorCode.SERVER_ERROR, status=500, client_id=error.client_id), reference)
        case HasherBusy() | StoreUnavailable():
            _log(reference, ErrorCode.TEMPORARILY_UNAVAILABLE, f"{type(error).__name__} {error}")
            return _answer_plain(HTTPStatus.SERVICE_UNAVAILABLE, reference)
        case _:
            return _answer_unforeseen(error, reference)


def _answer_refusal(error: Refusal, reference: str) -> Response:
    match error:
        case ClientRedirectError():
            return send_answer(build_error_answer(error), error.back)
        case PageError():
            return _show(error, reference)
        case TokenError():
            return _answer_token(error)
        case BearerError():
            return _challenge(error)
        case _:
            return _answer_unforeseen(error, reference)


def _answer_unforeseen(error: Exception, reference: str) -> Response:
    log.error("%s %s %s", reference, request.method, one_line(request.path), exc_info=error)
    is_check = request.path == "/readyz"
    return _answer_plain(HTTPStatus.SERVICE_UNAVAILABLE if is_check else HTTPStatus.INTERNAL_SERVER_ERROR, reference)


def _answer_framework(error: HTTPException, reference: str) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    _log(reference, _code_of(status), f"{request.method} {request.path}")
    answer = _answer_plain(status, reference)
    for name, value in error.get_headers():
        if name.lower() == "allow":
            answer.headers[name] = value
    return answer


def _code_of(status: HTTPStatus) -> ErrorCode:
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _CODES.get(status, ErrorCode.SERVER_ERROR if is_ours else ErrorCode.INVALID_REQUEST)


def _answer_plain(status: HTTPStatus, reference: str) -> Response:
    """An error that is about no client: JSON where programs ask, a page where people do."""
    code = _code_of(status)
    if request.path in JSON_PATHS:
        # RFC 6749 §5.2 registers no code for these; what a program reads is the status.
        is_ours = code in {ErrorCode.SERVER_ERROR, ErrorCode.TEMPORARILY_UNAVAILABLE}
        answer = json_answer(_body(code if is_ours else ErrorCode.INVALID_REQUEST), status)
    else:
        answer = _show(PageError(code, status=status), reference)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "5"
    return answer


def _show(error: PageError, reference: str) -> Response:
    house = services()
    client = None if error.client_id is None else house.clients.get(error.client_id)
    context = PageContext(locale=request_locale(), url=_own_url(), now=house.clock.now(), client=client)
    html = renderer().render_error(
        status=error.status, code=error.code.value, reference=reference, parameter=error.parameter, context=context
    )
    return Response(html, status=error.status, mimetype="text/html")


def _own_url() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _answer_token(error: TokenError) -> Response:
    answer = json_answer(_body(error.code), HTTPStatus(error.status))
    if error.status == HTTPStatus.UNAUTHORIZED:
        # RFC 6749 §5.2, RFC 9110 §15.5.2: a 401 says how to authenticate.
        answer.headers["WWW-Authenticate"] = f'Basic realm="{REALM}"'
    return answer


def _challenge(error: BearerError) -> Response:
    """RFC 6750 §3.1: without any token no error is named."""
    challenge = f'Bearer realm="{REALM}"'
    if error.has_token:
        challenge += f', error="{error.code}", error_description="{PUBLIC_TEXT[error.code]}"'
    answer = json_answer(_body(error.code), HTTPStatus(error.status))
    answer.headers["WWW-Authenticate"] = challenge
    return answer


def json_answer(body: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A JSON answer that is kept nowhere."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, status=status, content_type="application/json; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Pragma"] = "no-cache"
    return answer


def _body(code: ErrorCode) -> dict[str, str]:
    return {"error": code.value, "error_description": PUBLIC_TEXT[code]}


def _log(reference: str, code: ErrorCode, detail: str) -> None:
    log.info("%s %s from %s: %s", reference, code, client_address(), one_line(detail))


def one_line(text: str) -> str:
    """Text of a caller as one bounded line of the log, control characters and the like escaped."""
    return ascii(text[:_MAX_DETAIL])[1:-1]
