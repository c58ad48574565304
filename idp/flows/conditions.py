"""Conditions and computed values of flows: CEL, type-checked when a flow is loaded.

Every name an expression may use is declared with its type. A declared name that is not known yet reads as the zero
of its type (empty text, false, 0), so conditions never fail on missing facts. Evaluation that fails stops the flow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from cel_expr_python import cel

from idp.domain.values import Json


class ValueType(StrEnum):
    """Types of declared names."""

    TEXT = "text"
    BOOL = "bool"
    INT = "int"
    LIST = "list"
    OBJECT = "object"


_CEL_TYPES: Mapping[ValueType, Any] = {
    ValueType.TEXT: cel.Type.STRING,
    ValueType.BOOL: cel.Type.BOOL,
    ValueType.INT: cel.Type.INT,
    ValueType.LIST: cel.Type.List(cel.Type.STRING),
    ValueType.OBJECT: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}
_ZERO: Mapping[ValueType, Json] = {
    ValueType.TEXT: "",
    ValueType.BOOL: False,
    ValueType.INT: 0,
    ValueType.LIST: [],
    ValueType.OBJECT: {},
}


class Questions(Protocol):
    """What the engine functions of an expression ask about the journey."""

    def needs(self, level: str) -> bool:
        """The journey has to reach `level` and has not yet."""

    def proven(self, value: str, within: timedelta | None) -> bool:
        """`value` was proven in this journey or session."""

    def shown(self, method: str) -> bool:
        """A credential of this kind (`pwd`, `sms`, `tel`, `email`) was shown."""

    def age(self, birth_date: str) -> int:
        """Full years on this day; -1 when the date is not known."""


class ConditionError(Exception):
    """An expression that failed at run time; the flow must not go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with an expression. `line` and `column` count from 1 within the expression."""

    message: str
    line: int = 1
    column: int = 1
    unknown_name: str | None = None
    suggestion: str | None = None


_asked: ContextVar[Questions] = ContextVar("questions")


def _function(name: str, returns: Any, *overloads: tuple[tuple[Any, ...], Callable[..., Any]]) -> Any:
    built = [
        cel.Overload(f"{name}_{number}", returns, list(parameters), is_member=False, impl=impl)
        for number, (parameters, impl) in enumerate(overloads)
    ]
    return cel.FunctionDecl(name, built)


def _functions() -> list[Any]:
    text, boolean = cel.Type.STRING, cel.Type.BOOL
    return [
        _function("needs", boolean, ((text,), lambda level: _asked.get().needs(level))),
        _function(
            "proven",
            boolean,
            ((text,), lambda value: _asked.get().proven(value, None)),
            ((text, cel.Type.DURATION), lambda value, within: _asked.get().proven(value, within)),
        ),
        _function("shown", boolean, ((text,), lambda method: _asked.get().shown(method))),
        _function("age", cel.Type.INT, ((text,), lambda date: _asked.get().age(date))),
    ]


FUNCTION_NAMES = ("needs", "proven", "shown", "age")
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): ([^\n]*)")
_UNKNOWN = re.compile(r"undeclared reference to '([^']+)'")
_EXPECTED: Mapping[ValueType, str] = {ValueType.BOOL: "BOOL", ValueType.TEXT: "STRING", ValueType.INT: "INT"}

_PLAIN = {"STRING": "text", "INT": "a whole number", "BOOL": "true or false", "LIST": "a list", "MAP": "an object"}


class Conditions:
    """Compiles and evaluates the expressions of one site. `declared` maps every usable name to its type."""

    def __init__(self, declared: Mapping[str, ValueType]) -> None:
        self.declared = dict(declared)
        variables = {name: _CEL_TYPES[kind] for name, kind in declared.items()}
        self._env = cel.NewEnv(variables=variables, functions=_functions())
        self._zero = {name: _ZERO[kind] for name, kind in declared.items()}
        self._compile = lru_cache(maxsize=2048)(self._env.compile)

    def check(self, text: str, expected: ValueType | None = None) -> Complaint | None:
        """What is wrong with the expression, or None."""
        try:
            compiled = self._compile(text)
        except RuntimeError as error:
            return _complaint(str(error), text)
        wanted = _EXPECTED.get(expected) if expected is not None else None
        found = str(compiled.return_type())
        if wanted is not None and found not in {wanted, "DYN"}:
            said, needed = (_PLAIN.get(kind.split("<")[0].upper(), kind.lower()) for kind in (found, wanted))
            hint = f"string({text})" if (found, wanted) == ("INT", "STRING") else None
            return Complaint(message=f"this gives {said}, but {needed} is needed here", suggestion=hint)
        return None

    def evaluate(self, text: str, values: Mapping[str, Json], questions: Questions) -> Json:
        """The value of a checked expression. Raises ConditionError when it cannot be worked out."""
        token = _asked.set(questions)
        try:
            result = self._compile(text).eval(data={**self._zero, **values})
        finally:
            _asked.reset(token)
        if str(result.type()) in {"ERROR", "UNKNOWN"}:  # a failure comes back as a value, a truthy text at that
            raise ConditionError(f"{text!r}: {result.plain_value()}")
        plain: Json = result.plain_value()
        return plain

    def holds(self, text: str, values: Mapping[str, Json], questions: Questions) -> bool:
        """True only when the expression is exactly true. Raises ConditionError for anything but a truth value."""
        result = self.evaluate(text, values, questions)
        if not isinstance(result, bool):
            raise ConditionError(f"{text!r} is neither true nor false")
        return result


def _complaint(error: str, text: str) -> Complaint:
    match = _PLACE.search(error)
    if match is None:
        return Complaint(message=error.splitlines()[0])
    message = match[3].replace(" (in container '')", "")
    unknown = _UNKNOWN.search(message)
    column = int(match[2])
    name = unknown[1] if unknown else None
    if name is not None:
        message = f"nothing is called `{name}` here"
        # CEL points at the dot of a dotted name, and at the parenthesis of a function.
        is_function = text.split("\n")[int(match[1]) - 1][column - 1 : column] == "("
        column -= len(name) if is_function else name.rfind(".") if "." in name else 0
    return Complaint(message=message, line=int(match[1]), column=max(column, 1), unknown_name=name)
