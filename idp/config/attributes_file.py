"""Reading `attributes.yaml`: what accounts hold, how it is typed in, and which claim and scope shows it to clients.

Refuses claims that only the provider may make (OpenID Connect Core §2, §5.7; RFC 7519 §4.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from idp.config.attributes import Attribute, Attributes, AttributeType, Choice, Scope
from idp.config.review import Loaded, Review, spread
from idp.config.schema import Name, Strict, Texts, validate
from idp.config.source import YamlDocument
from idp.config.tree import Path

RESERVED_CLAIMS = frozenset(
    {
        *("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "typ", "events", "cnf", "act", "may_act"),
        *("nonce", "azp", "acr", "amr", "auth_time", "sid", "at_hash", "c_hash", "s_hash", "client_id", "scope"),
        *("email_verified", "phone_number_verified", "updated_at", "_claim_names", "_claim_sources"),
    }
)
OWN_CLAIMS = {AttributeType.EMAIL: ("email", "email"), AttributeType.PHONE: ("phone_number", "phone")}
OUR_SCOPES = frozenset({"openid", "offline_access"})
RESERVED_INPUTS = frozenset({"action", "code", "client_id", "return_to", "ui_locales"})
"""Names of inputs and parameters that pages use themselves."""

RESERVED_WORDS = frozenset(
    {
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("namespace", "null", "package", "return", "true", "var", "void", "while"),
        *("bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "null_type", "string", "timestamp"),
        *("type", "uint", "user", "reply", "client", "request", "session"),
    }
)
"""Words of CEL and the names that conditions use already."""

RESERVED_CLAIM, UNKNOWN_SCOPE, CHOICES, PATTERN, LANGUAGES, RESERVED_NAME, BOUNDS = 10, 11, 12, 13, 14, 15, 16
CLAIM_WITHOUT_SCOPE, CLAIM_TWICE, DOES_NOT_FIT, RESERVED_SCOPE = 17, 18, 19, 20

_CHOICE_TYPES = frozenset({AttributeType.SELECT, AttributeType.RADIO})
_NEVER_STORED = frozenset({AttributeType.PASSWORD, AttributeType.NEW_PASSWORD, AttributeType.IDENTIFIER})
_YEAR_TYPES = frozenset({AttributeType.DATE, AttributeType.YEAR})


class ScopeModel(Strict):
    """One scope as written."""

    label: Texts
    hint: Texts = Field(default_factory=dict)


class AttributeModel(Strict):
    """One attribute as written."""

    type: Annotated[AttributeType, Field(strict=False)]
    label: Texts
    hint: Texts = Field(default_factory=dict)
    choices: dict[str, Texts] = Field(default_factory=dict)
    min_length: Annotated[int, Field(ge=0, le=2000)] = 0
    max_length: Annotated[int, Field(ge=1, le=5000)] = 200
    pattern: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    min_age: Annotated[int, Field(ge=0, le=150)] | None = None
    max_age: Annotated[int, Field(ge=0, le=150)] | None = None
    years: Annotated[list[Annotated[int, Field(ge=-200, le=50)]], Field(min_length=2, max_length=2)] | None = None
    autocomplete: Annotated[str, Field(pattern=r"^[a-z][a-z -]{0,59}$")] | None = None
    half_width: bool = False
    claim: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_:/#-]{0,79}$")] | None = None
    scope: Name | None = None
    stored: bool = True


class AttributesModel(Strict):
    """The whole file as written."""

    scopes: dict[Name, ScopeModel] = Field(default_factory=dict)
    attributes: Annotated[dict[Name, AttributeModel], Field(min_length=1)]


def load_attributes(
    document: YamlDocument, *, locales: Iterable[str], is_development: bool = False
) -> Loaded[Attributes]:
    """The attributes, or every finding."""
    review = Review(document=document, letter="A", is_development=is_development)
    model = validate(AttributesModel, review)
    if model is None:
        return Loaded(value=None, findings=tuple(review.findings))
    spoken = tuple(locales)
    for name, scope in model.scopes.items():
        _check_scope(name, scope, spoken, review)
    for name, item in model.attributes.items():
        _check_attribute(("attributes", name), item, model.scopes, review)
        _check_texts(("attributes", name), item, spoken, review)
    _check_claims(model.attributes, review)
    draft = _build(model, spoken)
    value = None if review.findings else draft
    return Loaded(value=value, draft=draft, findings=tuple(review.findings), notices=tuple(review.notices))


def _check_scope(name: str, scope: ScopeModel, locales: tuple[str, ...], review: Review) -> None:
    path: Path = ("scopes", name)
    if name in OUR_SCOPES:
        review.problem(path, RESERVED_SCOPE, f"The scope {name!r} is the provider's own", key=True)
    review.check_languages((*path, "label"), LANGUAGES, scope.label, locales)
    if scope.hint:
        review.check_languages((*path, "hint"), LANGUAGES, scope.hint, locales)


def _check_attribute(path: Path, item: AttributeModel, scopes: Mapping[str, ScopeModel], review: Review) -> None:
    for names, users in ((RESERVED_INPUTS, "pages use themselves"), (RESERVED_WORDS, "conditions use themselves")):
        if path[-1] in names:
            review.problem(path, RESERVED_NAME, f"{path[-1]!r} is a name that {users}", key=True)
    if bool(item.choices) != (item.type in _CHOICE_TYPES):
        said = "needs choices" if item.type in _CHOICE_TYPES else "may not have choices"
        review.problem(path, CHOICES, f"An attribute of type {item.type.value} {said}", key=True)
    if item.pattern is not None and not _is_pattern(item.pattern):
        review.problem((*path, "pattern"), PATTERN, "The pattern is not a regular expression")
    if item.scope is not None:
        own = {scope for _, scope in OWN_CLAIMS.values()}
        review.check_known((*path, "scope"), UNKNOWN_SCOPE, item.scope, own | scopes.keys(), what="scope")
    if (item.claim is None) != (item.scope is None):
        missing = "scope" if item.scope is None else "claim"
        review.problem(path, CLAIM_WITHOUT_SCOPE, f"claim and scope go together; {missing} is missing", key=True)
    _check_bounds(path, item, review)


def _check_bounds(path: Path, item: AttributeModel, review: Review) -> None:
    if item.min_length > item.max_length:
        review.problem((*path, "min_length"), BOUNDS, "min_length is more than max_length")
    if item.min_age is not None and item.max_age is not None and item.min_age > item.max_age:
        review.problem((*path, "min_age"), BOUNDS, "min_age is more than max_age")
    if item.years is not None and item.years[0] > item.years[1]:
        review.problem((*path, "years"), BOUNDS, "years must be written with the earlier one first")
    for name, fits in (
        ("years", item.type in _YEAR_TYPES),
        ("min_age", item.type is AttributeType.DATE),
        ("max_age", item.type is AttributeType.DATE),
    ):
        if getattr(item, name) is not None and not fits:
            said = f"An attribute of type {item.type.value} has no {name}"
            review.problem((*path, name), DOES_NOT_FIT, said, key=True)
    if item.type in _NEVER_STORED and item.claim is not None:
        said = f"An attribute of type {item.type.value} is never shown to clients"
        review.problem((*path, "claim"), DOES_NOT_FIT, said, key=True)


def _check_texts(path: Path, item: AttributeModel, locales: tuple[str, ...], review: Review) -> None:
    review.check_languages((*path, "label"), LANGUAGES, item.label, locales)
    if item.hint:
        review.check_languages((*path, "hint"), LANGUAGES, item.hint, locales)
    for value, label in item.choices.items():
        review.check_languages((*path, "choices", value), LANGUAGES, label, locales)


def _check_claims(items: Mapping[str, AttributeModel], review: Review) -> None:
    seen: dict[str, str] = {}
    for name, item in items.items():
        if item.claim is None:
            continue
        path: Path = ("attributes", name, "claim")
        if item.claim.split("#")[0] in RESERVED_CLAIMS:
            review.problem(path, RESERVED_CLAIM, f"The claim {item.claim!r} is made by the provider alone")
        _check_own_claim(path, item, review)
        if item.claim in seen:
            review.problem(path, CLAIM_TWICE, f"The claim {item.claim!r} is that of {seen[item.claim]} already")
        seen.setdefault(item.claim, name)


def _check_own_claim(path: Path, item: AttributeModel, review: Review) -> None:
    """E-mail and phone are said by the provider itself, from what was proven."""
    for kind, (claim, scope) in OWN_CLAIMS.items():
        if (item.claim == claim or item.type is kind) and (item.type, item.claim, item.scope) != (kind, claim, scope):
            said = f"The claim {claim!r} (scope {scope}) belongs to the attribute of type {kind.value}, and only that"
            review.problem(path, DOES_NOT_FIT, said)


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _build(model: AttributesModel, locales: tuple[str, ...]) -> Attributes:
    scopes = {
        name: Scope(name=name, labels=spread(item.label, locales), hints=spread(item.hint, locales))
        for name, item in model.scopes.items()
    }
    return Attributes({name: _attribute(name, item, locales) for name, item in model.attributes.items()}, scopes)


def _attribute(name: str, item: AttributeModel, locales: tuple[str, ...]) -> Attribute:
    return Attribute(
        name=name,
        type=item.type,
        labels=spread(item.label, locales),
        hints=spread(item.hint, locales),
        choices=tuple(Choice(value=value, labels=spread(label, locales)) for value, label in item.choices.items()),
        min_length=item.min_length,
        max_length=item.max_length,
        pattern=item.pattern,
        min_age=item.min_age,
        max_age=item.max_age,
        years=(item.years[0], item.years[1]) if item.years is not None else None,
        autocomplete=item.autocomplete or "",
        half_width=item.half_width,
        claim=item.claim,
        scope=item.scope,
        stored=item.stored and item.type not in _NEVER_STORED,
    )
