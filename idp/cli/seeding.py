"""The sample's people, put into an empty database once; development only.

Each seed has an id that follows from its address, so that an account which has changed since is left as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from idp.domain.subject import Subject, SubjectStatus
from idp.domain.values import JsonObject
from idp.services import Services


def sow(services: Services, seeds: Sequence[JsonObject]) -> int:
    """Create the accounts that were never created; returns how many there were."""
    return sum(_sow_one(services, seed) for seed in seeds)


def _sow_one(services: Services, seed: JsonObject) -> bool:
    email = str(seed["email"])
    subject_id = f"seed{hashlib.sha256(email.encode()).hexdigest()[:32]}"
    if services.subjects.get(subject_id) is not None:
        return False
    now = services.clock.now()
    password = seed.get("password")
    encoded = services.hasher.hash(password) if isinstance(password, str) else None
    subject = Subject(
        id=subject_id,
        status=SubjectStatus.ACTIVE,
        email=email,
        email_verified_at=now,
        created_at=now,
        updated_at=now,
        attributes=_mapping(seed.get("attributes")),
    )
    with services.transactions.unit():
        if not services.subjects.create(subject):
            return False
        if encoded is not None:
            services.passwords.set(subject_id, encoded, now)
        for number in _texts(seed.get("phones")):
            services.subjects.add_phone(subject_id, number, now)
        for client_id in _texts(seed.get("signed_in")):
            services.subjects.record_sign_in(subject_id, client_id, now)
    return True


def _mapping(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []
