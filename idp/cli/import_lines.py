"""One line of an import file: its shape, and from there to an account, with every problem of the line at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from idp.cli.user_data import BadValue, Values
from idp.config.schema import Strict, describe_error
from idp.config.suggest import did_you_mean
from idp.domain.subject import Identifier, IdentifierKind, Phone, Subject, SubjectStatus
from idp.domain.values import Json, as_text

NOT_JSON, WRONG_SHAPE, BAD_VALUE, TAKEN = "U0001", "U0002", "U0003", "U0004"
LONGEST_LINE = 64 * 1024

When = Annotated[str, Field(max_length=40)]


class PhoneLine(Strict):
    """A second factor."""

    number: str
    verified_at: When | None = None


class LoginLine(Strict):
    """A log-in of another realm."""

    realm: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    kind: Literal["email", "phone"]
    value: str
    verified_at: When | None = None


class AccountLine(Strict):
    """One account as `export` writes it; only the address is needed."""

    email: str
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,80}$")] | None = None
    email_verified_at: When | None = None
    status: Literal["active", "disabled"] = "active"
    created_at: When | None = None
    updated_at: When | None = None
    attributes: dict[str, str | int | bool] = Field(default_factory=dict)
    phones: list[PhoneLine] = Field(default_factory=list)
    logins: list[LoginLine] = Field(default_factory=list)
    password_hash: Annotated[str, Field(pattern=r"^\$argon2id\$v=19\$[!-~]{20,400}$")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A line that can become an account."""

    subject: Subject
    password_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """Something wrong in a line."""

    code: str
    message: str
    suggestion: str | None = None


def read_account(raw: bytes, values: Values) -> Account | list[LineProblem]:
    """The account of a line, or everything wrong with it."""
    if len(raw) > LONGEST_LINE:
        return [LineProblem(code=NOT_JSON, message=f"The line is longer than {LONGEST_LINE // 1024} KiB")]
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return [LineProblem(code=NOT_JSON, message="The line is not JSON in UTF-8")]
    try:
        line = AccountLine.model_validate(data)
    except ValidationError as error:
        return list(_shape_problems(error))
    return _build(line, values)


def _shape_problems(error: ValidationError) -> Iterator[LineProblem]:
    for details in error.errors(include_url=False):
        place = ".".join(map(str, details["loc"])) or "the line"
        if details["type"] == "extra_forbidden":
            near = did_you_mean(place, AccountLine.model_fields)
            yield LineProblem(code=WRONG_SHAPE, message=f"{place!r} is not known here", suggestion=near)
        elif details["type"] == "missing":
            yield LineProblem(code=WRONG_SHAPE, message=f"{place!r} is missing")
        else:
            _, message, suggestion = describe_error(details, place)
            yield LineProblem(code=WRONG_SHAPE, message=message, suggestion=suggestion)


def _build(line: AccountLine, values: Values) -> Account | list[LineProblem]:
    taking = _Taking(values=values, now=values.services.clock.now())
    verified_at = taking.moment(line.email_verified_at) if line.email_verified_at is not None else None
    subject = Subject(
        id=line.id or values.services.secrets.identifier(),
        status=SubjectStatus(line.status),
        email=taking.text(values.email, line.email),
        email_verified_at=verified_at,
        created_at=taking.moment(line.created_at),
        updated_at=taking.moment(line.updated_at),
        attributes={name: taking.attribute(name, as_text(value)) for name, value in line.attributes.items()},
        phones=tuple(
            Phone(number=taking.text(values.phone, item.number), verified_at=taking.moment(item.verified_at))
            for item in line.phones
        ),
        logins=tuple(taking.login(item) for item in line.logins),
    )
    return taking.problems or Account(subject=subject, password_hash=line.password_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """Takes values one by one and keeps what is wrong with them, so that a line shows all its problems."""

    values: Values
    now: datetime
    problems: list[LineProblem] = field(default_factory=list)

    def text(self, parse: Callable[[str], str], typed: str) -> str:
        return str(self._take(parse, typed))

    def attribute(self, name: str, typed: str) -> Json:
        return self._take(lambda text: self.values.attribute(name, text, self.now), typed)

    def _take(self, parse: Callable[[str], Json], typed: str) -> Json:
        try:
            return parse(typed)
        except BadValue as error:
            self.problems.append(LineProblem(code=BAD_VALUE, message=str(error), suggestion=error.suggestion))
            return ""

    def moment(self, text: str | None) -> datetime:
        moment = self.now if text is None else _parse_moment(text)
        if moment is None:
            message = f"{text!r} is no time; write it like 2026-04-01T09:00:00+09:00"
            self.problems.append(LineProblem(code=BAD_VALUE, message=message))
        return moment or self.now

    def login(self, item: LoginLine) -> Identifier:
        parse = self.values.email if item.kind == "email" else self.values.phone
        value = self.text(parse, item.value)
        kind = IdentifierKind(item.kind)
        return Identifier(realm=item.realm, kind=kind, value=value, verified_at=self.moment(item.verified_at))


def _parse_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
