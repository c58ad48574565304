"""Accounts as the command line shows and takes them: to JSON and back, every value checked like one typed on a page."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from idp.cli.console import Refused
from idp.cli.opening import DeskServices
from idp.config.attributes import Attribute, AttributeType
from idp.config.suggest import did_you_mean
from idp.config.texts import Texts
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind, Subject
from idp.domain.values import Json
from idp.flows.screen import Problem
from idp.steps.emails import BadEmail, parse_email
from idp.steps.fields import DATE_PARTS, parse_value
from idp.steps.phones import BadNumber, parse_phone

LANGUAGE = "en"
OLDEST = 150


class BadValue(ValueError):
    """A value that a page would refuse; the text is one sentence, `suggestion` a likely right one."""

    def __init__(self, message: str, *, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Values:
    """Checks what an operator gives, against the site."""

    services: DeskServices

    def email(self, typed: str) -> str:
        """The address. Raises BadValue."""
        result = parse_email(typed)
        if isinstance(result, BadEmail):
            raise BadValue(f"{typed!r}: {self._sentence(result.message)}")
        return result.address

    def phone(self, typed: str) -> str:
        """The number as E.164. Raises BadValue."""
        countries = self.services.site.countries
        if not countries:
            raise BadValue("site.yaml names no countries, so no number is taken")
        result = parse_phone(typed, countries=countries)
        if isinstance(result, BadNumber):
            raise BadValue(f"{typed!r}: {self._sentence(result.message)}")
        return result.e164

    def attribute(self, name: str, typed: str, now: datetime) -> Json:
        """The canonical value of an attribute that accounts keep. Raises BadValue."""
        attribute = self.services.attributes.get(name)
        if attribute is None or not attribute.stored or attribute.type is AttributeType.EMAIL:
            names = [item.name for item in self.services.attributes.by_name.values() if item.stored]
            raise BadValue(f"accounts keep no {name!r}", suggestion=did_you_mean(name, names))
        kept = _as_kept(attribute)
        parsed = parse_value(kept, _form(kept, typed), required=False, now=now, site=self.services.site)
        if isinstance(parsed, Problem):
            raise BadValue(f"{name}: {self._sentence(parsed.message, parsed.params)}")
        return parsed

    @staticmethod
    def _sentence(key: str, params: Mapping[str, Any] | None = None) -> str:
        return (_texts().get(LANGUAGE, f"messages.{key}", **(params or {})) or key).strip()


@functools.cache
def _texts() -> Texts:
    """The engine's words; the site's own may be broken."""
    return Texts.load(None, ())


def _as_kept(attribute: Attribute) -> Attribute:
    """Ages and years are bounds for who comes to a page today; accounts grow older."""
    years = None if attribute.years is None else (-OLDEST, attribute.years[1])
    return replace(attribute, min_age=None, max_age=None, years=years)


def _form(attribute: Attribute, typed: str) -> dict[str, str]:
    if attribute.type is not AttributeType.DATE:
        return {attribute.name: typed}
    parts = typed.split("-", 2)
    return {f"{attribute.name}-{part}": value for part, value in zip(DATE_PARTS, [*parts, "", ""], strict=False)}


def find_subject(services: DeskServices, user: str) -> Subject:
    """The account of an e-mail address or id. Raises Refused."""
    if "@" in user:
        found = services.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, user)
    else:
        found = services.subjects.get(user)
    if found is None:
        raise Refused(f"There is no account {user!r}.")
    return found


def to_data(subject: Subject) -> dict[str, Any]:
    """An account as JSON, without its password hash; `user import` reads it."""
    return {
        "id": subject.id,
        "email": subject.email,
        "email_verified_at": _time(subject.email_verified_at),
        "status": subject.status.value,
        "created_at": _time(subject.created_at),
        "updated_at": _time(subject.updated_at),
        "attributes": dict(subject.attributes),
        "phones": [{"number": phone.number, "verified_at": _time(phone.verified_at)} for phone in subject.phones],
        "logins": [
            {"realm": item.realm, "kind": item.kind.value, "value": item.value, "verified_at": _time(item.verified_at)}
            for item in subject.logins
        ],
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
