"""What expressions may ask about a journey: the declared names with their values, and the engine functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from idp.config.attributes import Attributes, AttributeType
from idp.config.site import HookType, Site
from idp.domain.client import Client
from idp.domain.session import reached_level
from idp.domain.subject import Subject
from idp.domain.values import Json, as_text
from idp.flows.conditions import ValueType
from idp.flows.facts import is_proven
from idp.flows.state import JourneyState

HOOK_TYPES = {
    HookType.TEXT: ValueType.TEXT,
    HookType.DATE: ValueType.TEXT,
    HookType.INT: ValueType.INT,
    HookType.BOOL: ValueType.BOOL,
    HookType.OBJECT: ValueType.OBJECT,
}

_FIXED = {
    "user.known": ValueType.BOOL,
    "user.email": ValueType.TEXT,
    "user.phones": ValueType.LIST,
    "user.first_sign_in": ValueType.BOOL,
    "user.has_password": ValueType.BOOL,
    "user.logins": ValueType.LIST,
    "user.consented": ValueType.BOOL,
    "session.active": ValueType.BOOL,
    "client.id": ValueType.TEXT,
    "request.reason": ValueType.TEXT,
    "request.login_hint": ValueType.TEXT,
    "request.scopes": ValueType.LIST,
}


def declare_names(attributes: Attributes, site: Site) -> Mapping[str, ValueType]:
    """Every name an expression may use, with its type: fields by their bare name, `user.*`, `reply.*` and the rest."""
    fields = {name: attribute_type(item.type) for name, item in attributes.by_name.items()}
    users = {f"user.{name}": kind for name, kind in fields.items() if attributes.by_name[name].stored}
    replies = {f"reply.{name}": HOOK_TYPES[kind] for hook in site.hooks.values() for name, kind in hook.reply.items()}
    return {**fields, **users, **replies, **_FIXED}


def attribute_type(kind: AttributeType) -> ValueType:
    """The type that values of an attribute have in expressions."""
    return ValueType.BOOL if kind is AttributeType.BOOLEAN else ValueType.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a step may know of the person beyond the account itself."""

    subject: Subject
    has_password: bool
    has_signed_in: bool
    has_consented: bool


def collect_values(
    state: JourneyState, client: Client, person: Person | None, declared: Mapping[str, ValueType]
) -> Mapping[str, Json]:
    """The values of all declared names that are known now."""
    values: dict[str, Json] = {name: fact.value for name, fact in state.facts.items() if name in declared}
    values |= {
        "client.id": client.id,
        "session.active": bool(state.events),
        "user.known": person is not None,
        "request.reason": str(state.request.get("reason") or ""),
        "request.login_hint": str(state.request.get("login_hint") or ""),
        "request.scopes": state.request.get("scopes") or [],
    }
    if person is not None:
        values |= _user_values(person, declared)
    return {name: _fitting(value, declared[name]) for name, value in values.items() if value is not None}


def _fitting(value: Json, kind: ValueType) -> Json:
    """A value as its name was declared: an account may still hold what an older attribute or hook made."""
    if kind is ValueType.TEXT:
        return as_text(value)
    return isinstance(value, bool) and value if kind is ValueType.BOOL else value


def _user_values(person: Person, declared: Mapping[str, ValueType]) -> Mapping[str, Json]:
    subject = person.subject
    own = {f"user.{name}": value for name, value in subject.attributes.items() if f"user.{name}" in declared}
    return {
        **own,
        "user.email": subject.email,
        "user.phones": [phone.number for phone in subject.phones],
        "user.first_sign_in": not person.has_signed_in,
        "user.has_password": person.has_password,
        "user.logins": [login.value for login in subject.logins],
        "user.consented": person.has_consented,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyQuestions:
    """The engine functions of expressions, answered for one journey."""

    state: JourneyState
    site: Site
    now: datetime

    def needs(self, level: str) -> bool:
        """The journey has to reach `level` and has not yet."""
        levels = self.site.levels
        wanted = self.state.wanted_acr
        have = reached_level(self.state.events, levels)
        return levels.reaches(wanted, level) and not levels.reaches(have, level)

    def proven(self, value: str, within: timedelta | None) -> bool:
        """`value` was proven in this journey or, when `within` is given, lately in this browser's session."""
        if is_proven(self.state.proofs, value, now=self.now, within=within):
            return True
        return within is not None and any(
            event.address == value and self.now - event.at <= within for event in self.state.events
        )

    def shown(self, method: str) -> bool:
        """A credential of this kind was shown."""
        return any(event.method.value == method for event in self.state.events)

    def age(self, birth_date: str) -> int:
        """Full years today in the site's zone; -1 for a date that is not known."""
        try:
            born = date.fromisoformat(birth_date)
        except ValueError:
            return -1
        return full_years(born, self.now.astimezone(ZoneInfo(self.site.zone)).date())


def full_years(born: date, today: date) -> int:
    """How old somebody is."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
