"""What happened to whom, for the record. No secret, code or full address ever goes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from idp.domain.values import JsonObject


class AuditKind(StrEnum):
    """The events that are kept."""

    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_DISABLED = "account.disabled"
    PASSWORD_SET = "password.set"
    PASSWORD_REFUSED = "password.refused"
    EMAIL_PROVEN = "email.proven"
    PHONE_PROVEN = "phone.proven"
    PHONE_ENROLLED = "phone.enrolled"
    FACTOR_REMOVED = "factor.removed"
    LOGIN_ADDED = "login.added"
    CODE_REFUSED = "code.refused"
    MESSAGE_REFUSED = "message.refused"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    CONSENT_GIVEN = "consent.given"
    CONSENT_DENIED = "consent.denied"
    CONSENT_REVOKED = "consent.revoked"
    TOKENS_ISSUED = "tokens.issued"
    CODE_REPLAYED = "code.replayed"
    REFRESH_REPLAYED = "refresh.replayed"
    GRANT_REVOKED = "grant.revoked"
    CLIENT_ADDED = "client.added"
    KEY_ROTATED = "key.rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One event. `actor` is a subject id, `client:<id>`, `operator:<name>` or `system`."""

    kind: AuditKind
    at: datetime
    actor: str
    subject_id: str | None = None
    client_id: str | None = None
    detail: JsonObject = field(default_factory=dict)
