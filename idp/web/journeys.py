"""Beginning journeys: for an authorization request that waits, or for /start/<flow>."""

from __future__ import annotations

from idp.domain.authorization import Interaction
from idp.domain.client import Client
from idp.domain.session import Session
from idp.flows.runtime import Start
from idp.services import Services

CARRIED_IN = frozenset({"step_up", "consent"})
"""Reasons for which the session that is there is built upon; for the others somebody has to show who they are anew."""


def begin(
    services: Services,
    *,
    flow: str,
    reason: str,
    client: Client,
    interaction: Interaction | None,
    return_to: str | None,
    session: Session | None,
    browser_digest: str,
    locale: str,
    wanted_acr: str | None,
    scopes: tuple[str, ...],
    login_hint: str | None,
) -> str:
    """Store a new journey, walk to its first page, and give its id. Raises KeyError for an unknown flow."""
    carried = session if session is not None and reason in CARRIED_IN else None
    start = Start(
        flow=flow,
        client=client,
        browser_digest=browser_digest,
        locale=locale,
        wanted_acr=wanted_acr,
        interaction_id=None if interaction is None else interaction.id,
        session_id=None if session is None else session.id,
        return_to=return_to,
        subject_id=None if carried is None else carried.subject_id,
        events=() if carried is None else carried.events,
        request={"reason": reason, "scopes": list(scopes), "login_hint": login_hint},
    )
    return services.flows.begin(start).id
