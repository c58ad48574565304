"""Calls to the systems that `site.yaml` declares (port HookCaller): a signed JSON POST, a checked JSON reply.

Only what a hook's declaration names goes out or comes in; `outbound.py` guards the way. The body is signed with
HMAC-SHA256 under the hook's secret, `X-Sekisho-Signature: sha256=<hex>`; `Idempotency-Key` stays the same over retries.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import NoReturn, assert_never

from idp.config.site import Hook, HookType
from idp.domain.ports import HookFailed
from idp.domain.values import Json, JsonObject
from idp.providers.outbound import Answer, CallFailed, Outbound

log = logging.getLogger("sekisho.hooks")

_TAKEN = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT})
_ISO_DATE_LENGTH = 10


class HttpHookCaller:
    """The declared hooks over HTTP (port HookCaller)."""

    def __init__(self, hooks: Mapping[str, Hook], outbound: Outbound) -> None:
        self._hooks = hooks
        self._outbound = outbound

    def call(self, hook: str, payload: JsonObject, *, idempotency_key: str) -> JsonObject:
        """The members of the reply that the hook declares and that are not null. Raises HookFailed."""
        declared = self._hooks.get(hook)
        if declared is None:
            raise HookFailed(f"{hook}: not declared in site.yaml")
        body = _build_body(declared, payload)
        headers = _build_headers(declared, body, idempotency_key)
        try:
            answer = self._outbound.post(declared.url, body, headers, seconds=declared.timeout.total_seconds())
            return _read_reply(declared, answer)
        except (CallFailed, ValueError) as error:
            log.warning("hook %s: %s", hook, error)
            raise HookFailed(f"{hook}: {error}") from None


def _build_body(hook: Hook, payload: JsonObject) -> bytes:
    strange = sorted(payload.keys() - hook.send.keys())
    if strange:
        log.warning("hook %s: not sent, because not declared: %s", hook.name, ", ".join(strange))
    try:
        sent = {name: _check(name, value, hook.send[name]) for name, value in payload.items() if name in hook.send}
        return json.dumps(sent, ensure_ascii=False, separators=(",", ":"), default=dict).encode()
    except (TypeError, ValueError) as error:
        raise HookFailed(f"{hook.name}: {error}") from None


def _build_headers(hook: Hook, body: bytes, idempotency_key: str) -> Mapping[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": idempotency_key,
    }
    if hook.secret is not None:
        headers["X-Sekisho-Signature"] = f"sha256={hmac.digest(hook.secret.encode(), body, 'sha256').hex()}"
    return headers


def _read_reply(hook: Hook, answer: Answer) -> JsonObject:
    if answer.status not in _TAKEN:
        raise CallFailed(f"status {answer.status}")
    if not hook.reply or answer.status == HTTPStatus.NO_CONTENT:
        return {}
    if answer.content_type != "application/json":
        raise CallFailed("an answer that is not application/json")
    reply = _parse(answer.body)
    return {name: _check(name, reply[name], kind) for name, kind in hook.reply.items() if reply.get(name) is not None}


def _parse(body: bytes) -> JsonObject:
    try:
        reply = json.loads(body, parse_constant=_refuse_constant)
        text = json.dumps(reply, ensure_ascii=False)
        text.encode()  # half a surrogate pair can be stored nowhere
    except (ValueError, RecursionError):
        raise CallFailed("an answer that is not JSON") from None
    if not isinstance(reply, dict):
        raise CallFailed("an answer that is not a JSON object")
    if "\\u0000" in text:
        raise CallFailed("an answer with NUL in it")
    return reply


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check(name: str, value: Json, kind: HookType) -> Json:
    """The value as the declaration wants it. Raises ValueError, which names the member and never the value."""
    if value is None:
        return None
    fits = _coerce(value, kind)
    if fits is None:
        raise ValueError(f"{name} is not of type {kind.value}")
    return fits


def _coerce(value: Json, kind: HookType) -> Json:
    match kind:
        case HookType.TEXT:
            return value if isinstance(value, str) else None
        case HookType.INT:
            return _coerce_int(value)
        case HookType.BOOL:
            return value if isinstance(value, bool) else None
        case HookType.DATE:
            return _coerce_date(value)
        case HookType.OBJECT:
            return value if isinstance(value, Mapping) else None
        case _:
            assert_never(kind)


def _coerce_int(value: Json) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _coerce_date(value: Json) -> str | None:
    if not isinstance(value, str) or len(value) != _ISO_DATE_LENGTH:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None
