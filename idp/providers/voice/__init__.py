"""Providers of calls that read a text aloud, by URL scheme."""

from __future__ import annotations

from collections.abc import Mapping

from idp.providers.senders import SenderMaker, make_outbox_sender

SENDERS: Mapping[str, SenderMaker] = {"outbox": make_outbox_sender}
