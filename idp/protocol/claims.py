"""Claims about a subject: which scope carries which, where each comes from, and the `claims` parameter.

What a site keeps about people is declared outside and comes in as `ClaimRule`s; e-mail, phones and the time of the
last change are known to the house. OpenID Connect Core §5.1, §5.4 and §5.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from idp.domain.client import Client
from idp.domain.subject import Subject
from idp.domain.values import Json, JsonObject
from idp.protocol.strict_json import parse_object

MAX_REQUEST_LENGTH = 8 * 1024
_BUILT_IN = {
    "email": "email",
    "email_verified": "email",
    "phone_number": "phone",
    "phone_number_verified": "phone",
    "updated_at": "profile",
}
RESERVED = frozenset(
    {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "azp", "acr", "amr", "auth_time", "at_hash", "c_hash"}
    | {"cnf", "sid", "events", "client_id", "scope", *_BUILT_IN}
)
"""Claims that no attribute of a site may set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRule:
    """An attribute that clients may see. `address` becomes the object of OpenID Connect Core §5.1.1."""

    claim: str
    scope: str
    attribute: str


@dataclass(frozen=True, slots=True)
class ClaimCatalog:
    """All claims of a site. Raises ValueError for a rule that would overwrite what the house says itself."""

    rules: tuple[ClaimRule, ...] = ()

    def __post_init__(self) -> None:
        for rule in self.rules:
            if rule.claim in RESERVED or rule.scope in {"openid", "offline_access"}:
                raise ValueError(f"attribute {rule.attribute} may not be the claim {rule.claim} of {rule.scope}")

    def scope_of(self, claim: str) -> str | None:
        """The scope that carries a claim, or None for a claim nobody declared."""
        return self._scopes().get(claim)

    def scopes(self) -> tuple[str, ...]:
        """Every scope that carries claims, in order of name."""
        return tuple(sorted(set(self._scopes().values())))

    def claims(self) -> tuple[str, ...]:
        """Every claim, in order of name."""
        return tuple(sorted(self._scopes()))

    def of_scopes(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """The claims that the scopes carry."""
        granted = frozenset(scopes)
        return tuple(claim for claim, scope in self._scopes().items() if scope in granted)

    def build(self, subject: Subject, names: Iterable[str]) -> dict[str, Json]:
        """The named claims as far as there is something to say; nothing empty, nothing null (§5.3.2)."""
        wanted = frozenset(names)
        said = {**_built_in_claims(subject), **self._stored_claims(subject)}
        return {claim: value for claim, value in said.items() if claim in wanted and value not in (None, "", (), {})}

    def _scopes(self) -> Mapping[str, str]:
        return {**_BUILT_IN, **{rule.claim: rule.scope for rule in self.rules}}

    def _stored_claims(self, subject: Subject) -> dict[str, Json]:
        values = {rule.claim: subject.attributes.get(rule.attribute) for rule in self.rules}
        if values.get("address"):
            values["address"] = {"formatted": values["address"]}
        return values


def _built_in_claims(subject: Subject) -> dict[str, Json]:
    phone = subject.phones[0].number if subject.phones else None
    return {
        "email": subject.email,
        "email_verified": subject.email_verified_at is not None,
        "phone_number": phone,
        "phone_number_verified": True if phone else None,
        "updated_at": int(subject.updated_at.timestamp()),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsRequest:
    """The `claims` parameter, read. `acr_values` may be empty; `subject_id` is the `sub` that has to answer."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()
    acr_values: tuple[str, ...] = ()
    is_acr_essential: bool = False
    subject_id: str | None = None


def parse_claims(text: str | None) -> ClaimsRequest:
    """Read the `claims` parameter (§5.5). Members nobody knows are ignored. Raises ValueError."""
    if text is None:
        return ClaimsRequest()
    if len(text) > MAX_REQUEST_LENGTH:
        raise ValueError("too long")
    asked = parse_object(text)
    userinfo, id_token = _parse_member(asked, "userinfo"), _parse_member(asked, "id_token")
    acr = id_token.get("acr") or {}
    subject = (id_token.get("sub") or {}).get("value")
    return ClaimsRequest(
        userinfo=tuple(userinfo),
        id_token=tuple(id_token),
        acr_values=_parse_values(acr),
        is_acr_essential=acr.get("essential") is True,
        subject_id=subject if isinstance(subject, str) else None,
    )


def _parse_member(asked: JsonObject, name: str) -> dict[str, JsonObject | None]:
    """One of the two lists of claims. Raises ValueError when a claim is asked for with anything but an object."""
    member = asked.get(name)
    if member is None:
        return {}
    if not isinstance(member, Mapping):
        raise ValueError(f"{name} is not an object")  # noqa: TRY004 # callers are promised one kind of error
    claims: dict[str, JsonObject | None] = {}
    for claim, how in member.items():
        if how is not None and not isinstance(how, Mapping):
            raise ValueError(f"{claim} is neither null nor an object")
        claims[claim] = how
    return claims


def _parse_values(how: JsonObject) -> tuple[str, ...]:
    """`value` or `values` of a requested claim, texts only (§5.5.1)."""
    values = how.get("values")
    listed = values if isinstance(values, list) else [how.get("value")]
    return tuple(value for value in listed if isinstance(value, str))


def kept_claims(asked: ClaimsRequest, client: Client, catalog: ClaimCatalog) -> JsonObject:
    """What of a claims request is remembered with the grant: claims whose scope the client may have.

    `acr` holds the values one of which the ID token has to carry.
    """

    def allowed(names: tuple[str, ...]) -> list[Json]:
        return [name for name in names if catalog.scope_of(name) in client.scopes]

    kept = {"userinfo": allowed(asked.userinfo), "id_token": allowed(asked.id_token)}
    if asked.is_acr_essential and asked.acr_values:
        kept["acr"] = list(asked.acr_values)
    return {name: values for name, values in kept.items() if values}


def names_in(claims: JsonObject, member: str) -> tuple[str, ...]:
    """The names under `userinfo`, `id_token` or `acr` of what `kept_claims` made."""
    names = claims.get(member)
    return tuple(str(name) for name in names) if isinstance(names, list | tuple) else ()


def consent_scopes(scopes: tuple[str, ...], claims: JsonObject, catalog: ClaimCatalog) -> tuple[str, ...]:
    """What a person is asked to allow: the scopes, and those whose claims were asked for one by one."""
    single = (catalog.scope_of(name) for member in ("userinfo", "id_token") for name in names_in(claims, member))
    return tuple(dict.fromkeys((*scopes, *(scope for scope in single if scope is not None))))
