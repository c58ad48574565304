"""Which value an expression has to give so that a fact, an attribute of an account or a hook can take it."""

from __future__ import annotations

from collections.abc import Iterable

from idp.config.attributes import AttributeType
from idp.config.site import HookType
from idp.flows.asking import HOOK_TYPES, attribute_type
from idp.flows.conditions import Complaint, ValueType
from idp.flows.mistakes import Expression, Names

_FORMS = {AttributeType.DATE: "date", AttributeType.YEAR: "year"}


def expected_type(expression: Expression, names: Names) -> ValueType | None:
    """The type the expression has to give; None for any."""
    if expression.attribute is not None:
        attribute = names.attributes.get(expression.attribute)
        return None if attribute is None else attribute_type(attribute.type)
    kind = _input_kind(expression, names)
    if kind is HookType.INT and _form_of(expression.text, names) == "year":
        return ValueType.TEXT
    return expression.expected if kind is None else HOOK_TYPES[kind]


def check_form(expression: Expression, names: Names) -> Complaint | None:
    """A fact where a date or a year is needed and that is declared as something else."""
    wanted, found = _wanted_form(expression, names), _form_of(expression.text, names)
    if wanted is None or found in {None, wanted}:
        return None
    return Complaint(message=f"`{expression.text.strip()}` is not declared as a {wanted}")


def _input_kind(expression: Expression, names: Names) -> HookType | None:
    hook, name = expression.hook_input or ("", "")
    return names.site.hooks[hook].send.get(name) if hook in names.site.hooks else None


def _wanted_form(expression: Expression, names: Names) -> str | None:
    attribute = names.attributes.get(expression.attribute or "")
    if attribute is not None:
        return _FORMS.get(attribute.type)
    return "date" if _input_kind(expression, names) is HookType.DATE else None


def _form_of(text: str, names: Names) -> str | None:
    """How a bare name is declared; None for anything that is not one, and for a reply that is plain text."""
    scope, _, last = text.strip().rpartition(".")
    if scope == "reply":
        return _reply_form(hook.reply.get(last) for hook in names.site.hooks.values())
    attribute = names.attributes.get(last) if scope in {"", "user"} else None
    return None if attribute is None else _FORMS.get(attribute.type, "text")


def _reply_form(kinds: Iterable[HookType | None]) -> str | None:
    return "date" if HookType.DATE in kinds else None
