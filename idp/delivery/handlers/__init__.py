"""One handler a kind of job. A handler returns when the job is done and raises DeliveryFailed or HookFailed if not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from idp.delivery.handlers.challenge import answer_challenge
from idp.delivery.handlers.hook import call_hook
from idp.delivery.handlers.logout import notify_client
from idp.delivery.handlers.message import send_message
from idp.delivery.ports import DeliveryPorts
from idp.domain.outbox import Job, JobKind

Handler = Callable[[Job, DeliveryPorts], None]

HANDLERS: Mapping[JobKind, Handler] = {
    JobKind.MESSAGE: send_message,
    JobKind.CHALLENGE: answer_challenge,
    JobKind.HOOK: call_hook,
    JobKind.LOGOUT: notify_client,
}
