"""Stores on fake secrets and a fake sealer; light enough for a process that is about to be killed."""

from __future__ import annotations

import itertools

from idp.stores import build_stores
from tests.samples import make_client


class FakeSecrets:
    """Identifiers that count up; nothing else is asked of it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def identifier(self):
        return f"id-{next(self._numbers):06}"


class FakeSealer:
    """Not readable at a glance, bound to its purpose, and nothing more."""

    def seal(self, purpose, plain):
        return f"{purpose}|{plain[::-1]}"

    def open(self, purpose, sealed):
        own, _, reverse = sealed.partition("|")
        if own != purpose:
            raise ValueError("sealed for another purpose")
        return reverse[::-1]


def make_stores(database):
    return build_stores(database, sealer=FakeSealer(), secrets=FakeSecrets(), clients_from_site=lambda: [make_client()])
