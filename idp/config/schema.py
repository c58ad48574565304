"""Checking plain data against a pydantic model, with every error as a finding at its place.

Owns the words of the general mistakes (unknown key, missing key, wrong kind); what a key means is the models' matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from idp.config.duration import parse_duration
from idp.config.review import Review
from idp.config.suggest import did_you_mean
from idp.config.tree import Path

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


Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Texts = Annotated[dict[str, Text], BeforeValidator(_texts)]
"""A text for each language, or one text for all of them."""
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]

M = TypeVar("M", bound=Strict)

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
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} of them",
    "too_long": "must have at most {max_length} of them",
}


def validate(model: type[M], review: Review) -> M | None:
    """The model's value, or None with all findings added to the review."""
    try:
        return model.model_validate(review.document.data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _report(model, details, review)
        return None


def _report(model: type[Strict], details: ErrorDetails, review: Review) -> None:
    is_key = bool(details["loc"]) and details["loc"][-1] == "[key]"
    path: Path = tuple(details["loc"][:-1] if is_key else details["loc"])
    name = str(path[-1]) if path else "the file"
    kind = details["type"]
    if kind == "extra_forbidden":
        known = fields_at(model, path[:-1])
        suggestion = did_you_mean(name, known)
        said = f"{name!r} is not known here; known: {', '.join(sorted(known))}"
        review.problem(path, UNKNOWN_KEY, said, suggestion=suggestion, key=True)
    elif kind == "missing":
        review.problem(path[:-1], MISSING_KEY, f"{name!r} is missing", key=True)
    else:
        code, said, suggestion = _describe(details, name)
        review.problem(path, code, said, suggestion=suggestion, key=is_key)


def _describe(details: ErrorDetails, name: str) -> tuple[int, str, str | None]:
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
        return OUT_OF_RANGE, f"{subject} {_RANGES[kind].format(**context)}", None
    hint = "put it in quotes" if kind == "string_type" and isinstance(details["input"], int) else None
    return WRONG_KIND, f"{subject} {_KINDS.get(kind, details['msg'])}", hint


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
