"""Ports: what the house needs from outside, as narrow protocols.

Every store verb that changes something security relevant is one statement or runs in one `Transactions.unit()`.
Stores return frozen domain values, never rows. Times are aware UTC datetimes and always passed in as `now`.
Digests are made by `Digester`, so no store ever sees a secret.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.audit import AuditEvent
from idp.domain.authorization import Interaction
from idp.domain.challenge import AttemptResult, Challenge
from idp.domain.client import Client
from idp.domain.grant import (
    AccessToken,
    AuthorizationCode,
    Consent,
    Grant,
    RedeemResult,
    RefreshToken,
    RotateResult,
)
from idp.domain.journey import Journey
from idp.domain.outbox import DeliveredMessage, Job, JobKind, Message
from idp.domain.session import AuthenticationEvent, Session
from idp.domain.subject import Identifier, IdentifierKind, Subject, SubjectStatus
from idp.domain.values import Json, JsonObject


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""


class Secrets(Protocol):
    """Randomness from the operating system."""

    def token(self) -> str:
        """256 random bits as URL-safe text: codes, tokens, cookies, link secrets."""

    def identifier(self) -> str:
        """128 random bits as URL-safe text that sorts by time of making: keys of rows."""

    def digits(self, length: int) -> str:
        """Uniformly random decimal digits; may begin with 0."""

    def reference(self) -> str:
        """A short reference for people, like `7K2-M4Q`; no letters that are easily confused."""


class Digester(Protocol):
    """Keyed hashes for what must be compared but never read back."""

    def digest(self, purpose: str, value: str) -> str:
        """HMAC-SHA256 of `value` under a key separated by `purpose`, 64 hex digits."""


class Sealer(Protocol):
    """Encryption at rest."""

    def seal(self, purpose: str, plain: str) -> str:
        """Encrypt; the answer is text. Only the same `purpose` opens it."""

    def open(self, purpose: str, sealed: str) -> str:
        """Decrypt. Raises ValueError when it was altered or sealed for another purpose."""


class Transactions(Protocol):
    """The unit of work."""

    def unit(self) -> AbstractContextManager[None]:
        """All store calls inside are committed together, or rolled back when the block raises.

        A transaction begins with the first write, so slow work (hashing, HTTP) done before it holds no lock.
        A unit inside a unit joins it.
        """


class ClientStore(Protocol):
    """Registered clients; answers come from memory and are at most a few seconds old."""

    def get(self, client_id: str) -> Client | None:
        """The client, or None."""

    def all(self) -> Sequence[Client]:
        """Every client, in order of id."""

    def add(self, client: Client, now: datetime) -> bool:
        """Store a client beside those of `clients.yaml`; False when the id is taken."""


class SubjectStore(Protocol):
    """Accounts, their identifiers and phones."""

    def get(self, subject_id: str) -> Subject | None:
        """The subject with phones and log-ins, or None."""

    def find(self, realm: str, kind: IdentifierKind, value: str) -> Subject | None:
        """The one subject that the identifier names in the realm."""

    def find_by_phone(self, number: str) -> Sequence[Subject]:
        """Every subject that has the number as second factor."""

    def list(self, *, after: str = "", limit: int = 100) -> Sequence[Subject]:
        """Subjects in order of id."""

    def create(self, subject: Subject) -> bool:
        """Store a new subject with its e-mail identifier; False (and nothing stored) when the address is taken."""

    def set_attributes(self, subject_id: str, changes: Mapping[str, Json], now: datetime) -> None:
        """Merge attribute values; None removes one."""

    def set_status(self, subject_id: str, status: SubjectStatus, now: datetime) -> None:
        """Disable or enable."""

    def set_email(self, subject_id: str, email: str, verified_at: datetime, now: datetime) -> bool:
        """Give the account another address; False when it is taken."""

    def mark_email_verified(self, subject_id: str, email: str, now: datetime) -> None:
        """Record that `email` was proven, if it still is the subject's address."""

    def add_phone(self, subject_id: str, number: str, now: datetime) -> None:
        """Add a second-factor number; harmless when it is there already."""

    def remove_phone(self, subject_id: str, number: str) -> bool:
        """Remove a second-factor number; False when it was not there."""

    def add_login(self, subject_id: str, identifier: Identifier) -> bool:
        """Make an identifier a log-in; True when it is this subject's afterwards, False when another's."""

    def has_signed_in(self, subject_id: str, client_id: str) -> bool:
        """True once the subject has signed in at the client."""

    def record_sign_in(self, subject_id: str, client_id: str, now: datetime) -> None:
        """Remember a sign-in at a client."""


class PasswordStore(Protocol):
    """Password hashes, one a subject."""

    def get(self, subject_id: str) -> str | None:
        """The encoded argon2id hash, or None while no password is set."""

    def set(self, subject_id: str, encoded: str, now: datetime) -> None:
        """Set or replace the hash."""

    def changed_at(self, subject_id: str) -> datetime | None:
        """When the password was last set."""


class SessionStore(Protocol):
    """Signed-in browsers."""

    def create(self, session: Session) -> None:
        """Store a new session."""

    def find(self, token_digest: str, now: datetime) -> Session | None:
        """The live session of a cookie."""

    def get(self, session_id: str) -> Session | None:
        """The session, ended or not."""

    def find_by_journey(self, journey_id: str) -> Session | None:
        """The live session that a journey made or raised."""

    def raise_to(
        self,
        session_id: str,
        *,
        token_digest: str,
        events: tuple[AuthenticationEvent, ...],
        journey_id: str | None,
        now: datetime,
        expires_at: datetime,
    ) -> bool:
        """Replace the cookie's secret and the events after a step-up; False when the session has ended."""

    def touch(self, session_id: str, now: datetime, expires_at: datetime) -> None:
        """Move the idle end."""

    def end(self, session_id: str, now: datetime) -> bool:
        """End one; False when it had ended before."""

    def end_all(self, subject_id: str, now: datetime, *, but: str | None = None) -> Sequence[Session]:
        """End all sessions of a subject, but one; returns those that were ended."""

    def live(self, subject_id: str, now: datetime) -> Sequence[Session]:
        """The subject's live sessions, newest first."""

    def add_client(self, session_id: str, client_id: str) -> None:
        """Remember that a client got tokens in this session (for logout notices)."""

    def clients(self, session_id: str) -> Sequence[str]:
        """Ids of the clients that got tokens in this session."""


class InteractionStore(Protocol):
    """Authorization requests that wait for a journey."""

    def create(self, interaction: Interaction) -> None:
        """Store a new one."""

    def get(self, interaction_id: str, now: datetime) -> Interaction | None:
        """The interaction, or None when unknown or expired."""

    def asked(self, interaction_id: str, journey_id: str, reason: str) -> None:
        """Record that a journey was begun for it, and why."""

    def finish(self, interaction_id: str, now: datetime) -> bool:
        """Mark it answered; False when it had been before."""


class JourneyStore(Protocol):
    """Journeys in progress."""

    def create(self, journey: Journey) -> None:
        """Store a new one."""

    def get(self, journey_id: str) -> Journey | None:
        """The journey, expired or not, or None."""

    def save(self, journey: Journey, *, expected_state_no: int) -> bool:
        """Compare and set: stores everything but id and flow version, only if the stored number is the expected one."""

    def live_versions(self, now: datetime) -> frozenset[str]:
        """Flow versions that a live journey still needs."""


class FlowVersionStore(Protocol):
    """Sources of flow sets, kept until their last journey ends."""

    def keep(self, version: str, source: JsonObject, now: datetime) -> None:
        """Store the source of a version; harmless when it is there."""

    def get(self, version: str) -> JsonObject | None:
        """The source, or None."""

    def purge(self, keep: frozenset[str]) -> None:
        """Delete all versions but these."""


class ChallengeStore(Protocol):
    """One-time codes and links."""

    def create(self, challenge: Challenge) -> None:
        """Store a new one and end the live ones of the same journey and purpose."""

    def get(self, challenge_id: str) -> Challenge | None:
        """The challenge, or None."""

    def find_link(self, secret_digest: str) -> Challenge | None:
        """The challenge of a link."""

    def attempt(self, challenge_id: str, secret_digest: str, now: datetime) -> AttemptResult:
        """Compare an answer, counting it: at most `max_tries` comparisons, at most one success, ever."""

    def resolve(self, challenge_id: str, *, matches: bool, reply: JsonObject | None) -> None:
        """Record what the worker found out about the address."""


class BudgetStore(Protocol):
    """Counters with a limit in a window of time."""

    def spend(self, key: str, *, limit: int, window: timedelta, now: datetime) -> bool:
        """Count one, atomically; False (nothing counted) when the limit is reached within the window."""

    def used(self, key: str, *, window: timedelta, now: datetime) -> int:
        """How many were counted in the running window."""

    def clear(self, key: str) -> None:
        """Forget a counter (after a success)."""


class ConsentStore(Protocol):
    """Remembered consents."""

    def get(self, subject_id: str, client_id: str) -> Consent | None:
        """The remembered consent, or None."""

    def remember(self, consent: Consent) -> None:
        """Store; the scopes are added to those remembered before."""

    def revoke(self, subject_id: str, client_id: str) -> bool:
        """Forget; False when there was none."""


class GrantStore(Protocol):
    """Grants and everything issued under them."""

    def create(self, grant: Grant, code: AuthorizationCode | None) -> None:
        """Store a grant, with its code when there is one."""

    def get(self, grant_id: str) -> Grant | None:
        """The grant, revoked or not."""

    def redeem(self, code_digest: str, *, client_id: str, now: datetime) -> RedeemResult:
        """Spend a code with one conditional statement; only one caller ever gets `Redeemed`."""

    def replace_code(self, code: AuthorizationCode) -> bool:
        """Put a code in the place of its grant's unspent one, with one conditional statement.

        False, and nothing stored, when the grant's code was spent or the grant is unknown or revoked.
        """

    def save_tokens(self, access: AccessToken, refresh: RefreshToken | None) -> None:
        """Store tokens of a grant."""

    def find_access(self, digest: str, now: datetime) -> tuple[AccessToken, Grant] | None:
        """A live access token of a live grant."""

    def find_refresh(self, digest: str, now: datetime) -> tuple[RefreshToken, Grant] | None:
        """A live, unspent refresh token of a live grant (for introspection and revocation)."""

    def rotate(
        self, digest: str, *, successor: RefreshToken, client_id: str, now: datetime, retry: timedelta
    ) -> RotateResult:
        """Spend a refresh token and store its successor (whose `grant_id` and `scopes` are taken from the old one).

        A spent one may be used again within `retry` of its spending while its successor is unused: the unused
        successor is then replaced. Anything later is `RefreshReplayed`.
        """

    def revoke(self, grant_id: str, now: datetime) -> bool:
        """Revoke a grant with all its tokens; False when it had been before."""

    def revoke_access(self, digest: str) -> None:
        """Revoke one access token."""

    def revoke_for_subject(self, subject_id: str, now: datetime, *, but_session: str | None = None) -> int:
        """Revoke all grants of a subject, but those of one session; returns how many."""

    def revoke_for_session(self, session_id: str, now: datetime, *, keep_offline: bool) -> int:
        """Revoke a session's grants; `keep_offline` spares those with scope `offline_access`."""

    def revoke_for_client(self, subject_id: str, client_id: str, now: datetime) -> int:
        """Revoke a subject's grants to one client."""


class ReplayStore(Protocol):
    """One-time identifiers of signed assertions."""

    def first_use(self, issuer: str, jti: str, expires_at: datetime, now: datetime) -> bool:
        """True the first time, False ever after (until it has expired anyway)."""


class OutboxStore(Protocol):
    """The transactional outbox."""

    def add(self, job: Job) -> None:
        """Write a job in the caller's unit."""

    def claim(
        self, now: datetime, *, lease: timedelta, limit: int, kinds: Collection[JobKind] = tuple(JobKind)
    ) -> Sequence[Job]:
        """Take due jobs of `kinds`, oldest due first, by moving `due_at` to the end of the lease.

        No two workers get the same one. With nothing due it only reads: workers ask several times a second.
        """

    def done(self, job_id: str) -> None:
        """Delivered: the payload is erased."""

    def retry(self, job_id: str, due_at: datetime) -> None:
        """Failed for now."""

    def give_up(self, job_id: str, reason: str) -> None:
        """Failed for good: the payload is erased, the reason kept."""


class DevOutboxStore(Protocol):
    """The development outbox: its own encrypted copy of what was sent."""

    def add(self, delivered: DeliveredMessage) -> None:
        """Keep a message; harmless when its id is there."""

    def list(self, to: str | None = None) -> Sequence[DeliveredMessage]:
        """Newest first, nothing dropped."""


class Audit(Protocol):
    """The record of events."""

    def record(self, event: AuditEvent) -> None:
        """Append an event in the caller's unit."""


class Purger(Protocol):
    """Deletes what has expired."""

    def purge(self, now: datetime, *, limit: int) -> int:
        """Delete up to `limit` expired rows of each kind; returns how many went."""


class DeliveryFailed(Exception):
    """A provider did not take a message. `is_final` ends the retries."""

    def __init__(self, detail: str, *, is_final: bool = False) -> None:
        super().__init__(detail)
        self.is_final = is_final


class Sender(Protocol):
    """A provider of one or more channels."""

    def send(self, message: Message) -> None:
        """Hand over one message; its id is the idempotency key. Raises DeliveryFailed."""


class HasherBusy(Exception):
    """The bounded queue of password hashes is full; the person should try again in a moment."""


class PasswordHasher(Protocol):
    """argon2id in a bounded queue."""

    def hash(self, password: str) -> str:
        """An encoded hash. Raises HasherBusy."""

    def verify(self, encoded: str | None, password: str) -> bool:
        """Compare; None takes as long as a real hash and is never right. Raises HasherBusy."""

    def is_outdated(self, encoded: str) -> bool:
        """True when the hash was made with weaker parameters than today's."""


class BreachedPasswords(Protocol):
    """Passwords known to attackers."""

    def contains(self, password: str) -> bool:
        """True when the password is on the list, whatever its case."""


class HookFailed(Exception):
    """A hook could not be reached, took too long, or answered something its declaration does not allow."""


class HookCaller(Protocol):
    """HTTP calls to the systems that `site.yaml` declares."""

    def call(self, hook: str, payload: JsonObject, *, idempotency_key: str) -> JsonObject:
        """The reply, checked against the hook's declaration. Raises HookFailed."""


class LogoutNotifier(Protocol):
    """Delivers back-channel logout tokens."""

    def post(self, url: str, logout_token: str) -> None:
        """POST the token (OpenID Connect Back-Channel Logout §2.5). Raises DeliveryFailed."""


class Keyring(Protocol):
    """Signing keys."""

    def sign(self, alg: str, claims: JsonObject, *, typ: str) -> str:
        """A compact JWS of `claims` under the active key of `alg` (`RS256` or `ES256`), with `kid` and `typ`."""

    def verify(self, token: str, *, typ: Iterable[str]) -> JsonObject:
        """Claims of a token that one of our keys (retired ones too) signed; times are not looked at.

        Raises ValueError for anything else.
        """

    def jwks(self) -> JsonObject:
        """The public keys, RFC 7517 §5."""

    def algorithms(self) -> tuple[str, ...]:
        """Algorithms with an active key, the default first."""
