"""One YAML document into one `Flow`, with every mistake as a finding at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from idp.config.findings import Finding
from idp.config.schema import describe_error
from idp.config.source import YamlDocument
from idp.config.suggest import did_you_mean
from idp.flows.conditions import FUNCTION_NAMES, Conditions, ValueType
from idp.flows.definition import Flow, Step
from idp.flows.literals import check_literals
from idp.flows.mistakes import Expression, Names
from idp.flows.step import Registry, StepType
from idp.flows.values import check_form, expected_type

FLOW_KEYS = ("flow", "about", "progress", "steps")
MODIFIERS = ("name", "when", "then", "on_fail")

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Compiler:
    """Reads one document; `findings` collects what is wrong with it, `is_whole` says that no step was left out."""

    document: YamlDocument
    registry: Registry
    names: Names
    conditions: Conditions
    findings: list[Finding] = field(default_factory=list)
    is_whole: bool = True

    def compile(self, name: str) -> Flow:
        """The flow, as far as it could be read; use it only when there are no findings."""
        data = self.document.data
        for key in data:
            if key not in FLOW_KEYS:
                self._complain((key,), "F0101", f"a flow has no `{key}`", hint=did_you_mean(key, FLOW_KEYS), key=True)
        if data.get("flow") != name:
            self._complain(("flow",), "F0116", f"the flow in this file has to be called `{name}`", hint=name)
        if not isinstance(data.get("about", ""), str):
            self._complain(("about",), "F0105", "`about` has to be text")
        raw = data.get("steps")
        if not isinstance(raw, list) or not raw:
            self._complain(("steps",), "F0105", "`steps` has to be a list of steps")
            raw = []
        steps = self._steps(raw, ("steps",), in_check=False)
        return Flow(name=name, steps=steps, progress=self._progress(data.get("progress")))

    def _progress(self, raw: Any) -> tuple[str, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            self._complain(("progress",), "F0105", "`progress` has to be a list of page names")
            return ()
        return tuple(raw)

    def _steps(self, raw: Sequence[Any], path: Path, *, in_check: bool) -> tuple[Step, ...]:
        steps = [self._step(item, (*path, at), in_check=in_check) for at, item in enumerate(raw)]
        self.is_whole = self.is_whole and None not in steps
        return tuple(step for step in steps if step is not None)

    def _step(self, raw: Any, path: Path, *, in_check: bool) -> Step | None:
        if not isinstance(raw, dict) or not raw:
            self._complain(path, "F0105", "a step begins with a verb, like `page: sign_in`")
            return None
        verb = str(next(iter(raw)))
        target = raw[verb]
        kind = self._kind(verb, target, path)
        if kind is None:
            return None
        if in_check and not kind.in_check:
            self._complain((*path, verb), "F0114", f"`{verb}: {target}` waits for a person: it cannot be a check")
        if not in_check and (verb, target) == ("verify", "password"):
            self._complain((*path, verb), "F0119", "`verify: password` belongs under the `check` of a page")
        config = self._config(kind, raw, verb, path)
        return None if config is None else self._finish(kind, raw, config, path)

    def _kind(self, verb: str, target: Any, path: Path) -> StepType | None:
        if verb not in self.registry.verbs():
            hint = did_you_mean(verb, self.registry.verbs())
            self._complain((*path, verb), "F0102", f"there is no verb `{verb}`", hint=hint, key=True)
            return None
        kind = self.registry.find(verb, target if isinstance(target, str) else "")
        if kind is None:
            known = self.registry.targets(verb)
            hint = did_you_mean(str(target), known)
            message = f"`{verb}` takes {', '.join(known)}, not `{target}`"
            self._complain((*path, verb), "F0102", message, hint=hint)
        return kind

    def _config(self, kind: StepType, raw: Mapping[str, Any], verb: str, path: Path) -> Any:
        options = {key: value for key, value in raw.items() if key not in MODIFIERS and key != verb}
        if "check" in options and verb == "page" and isinstance(options["check"], list):
            options["check"] = self._steps(options["check"], (*path, "check"), in_check=True)
        known = _keys(kind.config)
        for key in [key for key in options if key not in known]:
            hint = did_you_mean(key, (*known, *MODIFIERS))
            self._complain((*path, key), "F0101", f"`{verb}` has no `{key}`", hint=hint, key=True)
            del options[key]
        try:
            return TypeAdapter(kind.config).validate_python({"target": raw[verb], **_tuples(options)})
        except ValidationError as error:
            places: set[Path] = set()
            for item in error.errors(include_url=False):
                where = _place(item["loc"], verb)
                if where not in places:  # of two shapes that would do, neither fits
                    self._report(item, verb, path)
                places.add(where)
            return None

    def _report(self, item: Any, verb: str, path: Path) -> None:
        where = _place(item["loc"], verb)
        name = str(item["loc"][-1]) if item["loc"] else verb
        if item["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
            hint = did_you_mean(name, ("flow", "when", "call", "send"))
            self._complain((*path, *where), "F0101", f"nothing here is called `{name}`", hint=hint, key=True)
        elif item["type"] in {"missing", "missing_argument", "missing_keyword_only_argument"}:
            self._complain(path, "F0105", f"`{verb}` needs `{name}`")
        else:
            part = str(where[-1]) if where else verb
            _, message, hint = describe_error(item, part if part.isdigit() else f"`{part}`")
            said = message if part == verb else f"`{verb}`: {message}"
            self._complain((*path, *where), "F0105", said, hint=hint)

    def _finish(self, kind: StepType, raw: Mapping[str, Any], config: Any, path: Path) -> Step:
        verb = kind.verb
        for mistake in kind.mistakes(config, self.names):
            where = (*path, *(mistake.path or (verb,)))
            self._complain(self._inside(where, verb, path), mistake.code, mistake.message, hint=mistake.suggestion)
        for expression in kind.expressions(config):
            where = (*path, *(expression.path or (verb,)))
            self._check(expression, self._inside(where, verb, path))
        texts = {key: raw.get(key) for key in MODIFIERS}
        for key, value in texts.items():
            if value is not None and not isinstance(value, str):
                self._complain((*path, key), "F0105", f"`{key}` has to be text")
                texts[key] = None
        if texts["when"] is not None:
            self._check(Expression(text=texts["when"], path=("when",), expected=ValueType.BOOL), (*path, "when"))
        if verb == "call" and texts["on_fail"] is None and not getattr(config, "later", False):
            self._complain((*path, verb), "F0109", "what happens when the call fails? Write `on_fail`", key=True)
        target = raw[verb] if isinstance(raw[verb], str) else ""
        return Step(
            verb=verb,
            target=target,
            config=config,
            path=path,
            name=texts["name"] or (target if verb == "page" else f"{verb}:{target}"),
            when=texts["when"],
            then=texts["then"],
            on_fail=texts["on_fail"],
        )

    def _inside(self, where: Path, verb: str, path: Path) -> Path:
        """What a step says of its target stands right under the verb (as in `set`)."""
        under_verb = (*path, verb, *where[len(path) :])
        return under_verb if where not in self.document.values and under_verb in self.document.values else where

    def _check(self, expression: Expression, path: Path) -> None:
        code = "F0106"
        complaint = self.conditions.check(expression.text, expected_type(expression, self.names))
        complaint = complaint or check_form(expression, self.names)
        if complaint is None:
            code = "F0123"
            complaint = check_literals(expression.text, self.names.site.levels.names)
        if complaint is None:
            return
        hint = complaint.suggestion
        if complaint.unknown_name is not None:
            code = "F0107"
            known = (*self.conditions.declared, *FUNCTION_NAMES, "true", "false")
            hint = did_you_mean(complaint.unknown_name, known)
        self.findings.append(
            self.document.finding(
                path, code, complaint.message, suggestion=hint, offset=(complaint.line - 1, complaint.column - 1)
            )
        )

    def _complain(self, path: Path, code: str, message: str, *, hint: str | None = None, key: bool = False) -> None:
        self.findings.append(self.document.finding(path, code, message, suggestion=hint, key=key))


def _tuples(value: Any) -> Any:
    """Lists as tuples, as frozen dataclasses keep them."""
    if isinstance(value, list | tuple):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


def _place(loc: Sequence[str | int], verb: str) -> Path:
    """Where pydantic's location is in the YAML: `target` is the verb, names of types are left out."""
    parts = [part for part in loc if isinstance(part, int) or (part.isidentifier() and part.islower())]
    kept = [part for part in parts if part not in {"str", "int", "bool", "tuple", "literal"}]
    return tuple(verb if at == 0 and part == "target" else part for at, part in enumerate(kept))


def _keys(config: type) -> tuple[str, ...]:
    fields: Mapping[str, Any] = getattr(config, "__dataclass_fields__", {})
    return tuple(sorted({"from" if name == "source" else name for name in fields} - {"target"}))
