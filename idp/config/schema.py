"""Checking plain data against a pydantic model, with every error as a finding at its place.

Owns the words of the general mistakes (unknown key, missing key, wrong kind); what a key means is the models' matter.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from idp.config.duration import parse_duration
from idp.config.review import Review
from idp.config.suggest import did_you_mean
from idp.config.tree import Path, Plain

UNKNOWN_KEY, MISSING_KEY, WRONG_KIND, NOT_ONE_OF, OUT_OF_RANGE, WRONG_FORM = 1, 2, 3, 4, 5, 6


class WrongForm(ValueError):
    """A value in the wrong form, with a likely right one."""

    def __init__(self, message: str, *, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


class Strict(BaseModel):
    """A mapping whose keys are all known; nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _texts(value: object) -> object:
    return {"": value} if isinstance(value, str) else value


def _duration(value: object) -> timedelta:
    return value if isinstance(value, timedelta) else parse_duration(value)


Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Texts = Annotated[dict[str, Text], BeforeValidator(_texts)]
"""A text for each language, or one text for all of them."""
Duration = Annotated[timedelta, BeforeValidator(_duration)]

M = TypeVar("M", bound=Strict)

MOST_REPAIRS = 200
PLACEHOLDERS: dict[str | int, Plain] = {
    **dict.fromkeys(("name", "label"), "?"),
    "password": "????????",
    **dict.fromkeys(("url", "issuer", "home_uri"), "https://example.com"),
    **dict.fromkeys(("sender", "email"), "nobody@example.com"),
    "locales": ["en"],
    "acr": ["pwd"],
    "mail": {"sender": "nobody@example.com", "name": "?"},
    "type": "text",
    "digits": 6,
    "life": "5m",
    "per": "all",
    "limit": 1,
    "window": "1h",
}
"""What stands in for a required part that is broken, while the rest is checked."""

_KINDS = {
    "int_type": "must be a whole number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must have keys with values",
    "model_type": "must have keys with values",
}
_RANGES = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} of them",
    "too_long": "must have at most {max_length} of them",
}


def validate(model: type[M], review: Review) -> M | None:
    """The model's value; every error is added to the review.

    With errors the value stands for what was meant, as far as that can be told: good for checking the rest, not for
    use. None when nothing can be told.
    """
    data = copy.deepcopy(review.document.data)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # Misspelt keys first: what they were meant to be is not missing.
        errors = sorted(error.errors(include_url=False), key=lambda details: details["type"] != "extra_forbidden")
        for details in errors:
            _report(model, details, review)
    return _salvage(model, data)


def _salvage(model: type[M], data: Plain) -> M | None:
    for _ in range(MOST_REPAIRS):
        try:
            return model.model_validate(data)
        except ValidationError as error:
            if not _repair(data, error.errors(include_url=False)[0]):
                return None
    return None


def _repair(data: Plain, details: ErrorDetails) -> bool:
    """Take the first broken part out, or put something harmless in its place; False when that cannot be done."""
    path = details["loc"][:-1] if details["loc"] and details["loc"][-1] == "[key]" else details["loc"]
    if not path:
        return False
    path = _existing(data, path)
    for part in path[:-1]:
        data = data[part]
    name = path[-1]
    if not isinstance(data, dict):
        del data[name]
        return True
    wanted = PLACEHOLDERS.get(name) if details["type"] != "extra_forbidden" else None
    if wanted is not None and data.get(name) != wanted:
        data[name] = wanted
        return True
    return data.pop(name, data) is not data


def _existing(data: Plain, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path as far as it leads through the data as written: a text may stand for a list of one."""
    for length, part in enumerate(path[:-1], 1):
        data = data[part]
        leads_on = isinstance(data, dict) or (isinstance(data, list) and isinstance(path[length], int))
        if not leads_on:
            return path[:length]
    return path


def _report(model: type[Strict], details: ErrorDetails, review: Review) -> None:
    is_key = bool(details["loc"]) and details["loc"][-1] == "[key]"
    path: Path = tuple(details["loc"][:-1] if is_key else details["loc"])
    name = str(path[-1]) if path else "the file"
    kind = details["type"]
    if kind == "missing" and path in review.broken:
        return
    review.broken.append(path or ("",))
    if kind == "extra_forbidden":
        known = fields_at(model, path[:-1])
        suggestion = did_you_mean(name, known)
        review.broken.append((*path[:-1], suggestion or name))
        said = f"{name!r} is not known here; known: {', '.join(sorted(known))}"
        review.add(path, UNKNOWN_KEY, said, suggestion=suggestion, key=True)
    elif kind == "missing":
        example = PLACEHOLDERS.get(name)
        suggestion = f"{name}: {example.strip('?') or '…'}" if isinstance(example, str) else None
        review.add(path[:-1], MISSING_KEY, f"{name!r} is missing", suggestion=suggestion, key=True)
    else:
        code, said, suggestion = describe_error(details, name)
        review.add(path, code, said, suggestion=suggestion, key=is_key)


def describe_error(details: ErrorDetails, name: str) -> tuple[int, str, str | None]:
    """Code number, sentence and suggestion for one error of pydantic's about the part called `name`."""
    kind, context = details["type"], details.get("ctx") or {}
    subject = "the item" if name.isdigit() else name
    if kind in ("literal_error", "enum"):
        expected = str(context["expected"])
        options = [option.strip(" '") for option in expected.replace(" or ", ",").split(",")]
        said = f"{subject} must be one of {', '.join(options)}"
        return NOT_ONE_OF, said, did_you_mean(str(details["input"]), options)
    if kind == "value_error":
        error = context["error"]
        return WRONG_FORM, f"{subject} {error}", getattr(error, "suggestion", None)
    if kind == "string_pattern_mismatch":
        return WRONG_FORM, f"{subject} has the wrong form; it must match {context['pattern']}", None
    if kind in _RANGES:
        bound = context.get("ge", context.get("le"))
        return OUT_OF_RANGE, f"{subject} {_RANGES[kind].format(**context)}", None if bound is None else str(bound)
    return WRONG_KIND, f"{subject} {_KINDS.get(kind, details['msg'])}", _meant(kind, details["input"])


def _meant(kind: str, value: object) -> str | None:
    """The same value in the kind that is due, where that can be guessed."""
    match kind, value:
        case "string_type", bool() | int():
            return f'"{value}"'
        case "int_type", str() if value.isdecimal():
            return value
        case "bool_type", "yes" | "on" | "no" | "off":
            return "true" if value in {"yes", "on"} else "false"
        case "list_type" | "tuple_type", str() | int():
            return f"[{value}]"
        case _:
            return None


def fields_at(model: type[Strict], path: Path) -> tuple[str, ...]:
    """The keys that are known at a place in the data."""
    here: Any = model
    for part in path:
        here = _below(here, part)
    inner = _model_in(here)
    return tuple(field.alias or name for name, field in inner.model_fields.items()) if inner else ()


def _below(annotation: Any, part: str | int) -> Any:
    model = _model_in(annotation)
    if model is not None and isinstance(part, str):
        named = {field.alias or name: field for name, field in model.model_fields.items()}
        return named[part].annotation if part in named else None
    for option in _options(annotation):
        if get_origin(option) in (dict, Mapping) and isinstance(part, str):
            return get_args(option)[1]
        if get_origin(option) in (list, tuple) and isinstance(part, int):
            return get_args(option)[0]
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def _options(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, `Annotated` peeled off."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    is_generic = get_origin(annotation) in (dict, Mapping, list, tuple, None)
    return (annotation,) if is_generic else get_args(annotation)
