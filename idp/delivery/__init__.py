"""Delivery: what leaves the house later. `build_worker` is the way in."""

from __future__ import annotations

from datetime import timedelta

from idp.delivery.handlers import HANDLERS
from idp.delivery.housekeeping import Housekeeping
from idp.delivery.messages import MessageRenderer
from idp.delivery.pace import Pace, lease_for
from idp.delivery.ports import DeliveryPorts
from idp.delivery.worker import Worker
from idp.services import Services

__all__ = ["Worker", "build_worker"]


def build_worker(house: Services) -> Worker:
    """The worker of a house. Several may run side by side."""
    ports = build_ports(house)
    longest = max((hook.timeout for hook in house.site.hooks.values()), default=timedelta())
    return Worker(
        outbox=house.outbox,
        handle=lambda job: HANDLERS[job.kind](job, ports),
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
