"""Delivery: what leaves the house later. `build_worker` is the way in."""

from __future__ import annotations

from datetime import timedelta

from idp.delivery.handlers.challenge import answer_challenge
from idp.delivery.handlers.hook import call_hook
from idp.delivery.handlers.logout import notify_client
from idp.delivery.handlers.message import send_message
from idp.delivery.housekeeping import Housekeeping
from idp.delivery.messages import MessageRenderer
from idp.delivery.pace import Pace, lease_for
from idp.delivery.ports import DeliveryPorts
from idp.delivery.worker import Worker
from idp.domain.outbox import JobKind
from idp.services import Services

__all__ = ["Worker", "build_worker"]


def build_worker(house: Services) -> Worker:
    """The worker of a house. Several may run side by side."""
    ports = build_ports(house)
    longest = max((hook.timeout for hook in house.site.hooks.values()), default=timedelta())
    handlers = {
        JobKind.MESSAGE: lambda job: send_message(job, ports),
        JobKind.CHALLENGE: lambda job: answer_challenge(job, ports),
        JobKind.HOOK: lambda job: call_hook(job, ports),
        JobKind.LOGOUT: lambda job: notify_client(job, ports),
    }
    return Worker(
        outbox=house.outbox,
        handlers=handlers,
        housekeeping=Housekeeping(
            clock=house.clock,
            transactions=house.transactions,
            purger=house.purger,
            journeys=house.journeys,
            flow_versions=house.flow_versions,
            current_versions=lambda: frozenset({house.flows.contexts.library.current().version}),
        ),
        clock=house.clock,
        secrets=house.secrets,
        pace=Pace(lease=lease_for(longest, is_development=house.site.is_development)),
    )


def build_ports(house: Services) -> DeliveryPorts:
    """What handlers may use."""
    renderer = MessageRenderer(site=house.site, texts=house.texts, clock=house.clock)
    return DeliveryPorts(
        issuer=house.site.issuer,
        clock=house.clock,
        secrets=house.secrets,
        transactions=house.transactions,
        outbox=house.outbox,
        challenges=house.challenges,
        subjects=house.subjects,
        clients=house.clients,
        hooks=house.hooks,
        keyring=house.keyring,
        notifier=house.notifier,
        senders=house.senders,
        render=renderer.render,
    )
