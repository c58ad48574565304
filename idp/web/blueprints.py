"""Every concern of the web, one blueprint each."""

from __future__ import annotations

from idp.web import authorize, discovery, health, journey, link, logout, outbox, refused, resume, start, token, userinfo

BLUEPRINTS = (
    discovery.blueprint,
    authorize.blueprint,
    resume.blueprint,
    token.blueprint,
    userinfo.blueprint,
    logout.blueprint,
    journey.blueprint,
    start.blueprint,
    link.blueprint,
    health.blueprint,
    outbox.blueprint,
    refused.blueprint,
)
