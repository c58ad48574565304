"""`call`: ask another system; its answer becomes `reply.*`. With `later: true` the outbox asks until it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal

from idp.config.attributes import AttributeType
from idp.config.site import HookType
from idp.config.suggest import did_you_mean
from idp.domain.outbox import Job, JobKind
from idp.domain.ports import HookFailed
from idp.domain.values import Json, as_text
from idp.flows.configured import step_config
from idp.flows.facts import Source
from idp.flows.mistakes import Expression, Mistake, Names
from idp.flows.screen import Problem
from idp.flows.step import Fail, Go, PlainStep, Result, StepContext
from idp.steps.fields import SECRET_TYPES


@step_config
class Call:
    """`target` names a hook of `site.yaml`; `send` maps its inputs to expressions, or is `fields` for all typed."""

    target: str
    send: Mapping[str, str] | Literal["fields"] = field(default_factory=dict)
    later: bool = False


class CallStep(PlainStep):
    """Calls a hook."""

    verb = "call"
    target = None
    config = Call
    is_slow = True

    def mistakes(self, config: Call, names: Names) -> Iterable[Mistake]:
        """The hook has to be declared, with these inputs."""
        hook = names.site.hooks.get(config.target)
        if hook is None:
            hint = did_you_mean(config.target, names.site.hooks)
            yield Mistake(code="F0110", message=f"no hook is called `{config.target}`", path=(), suggestion=hint)
            return
        for name in () if config.send == "fields" else config.send:
            if name not in hook.send:
                hint = did_you_mean(name, hook.send)
                message = f"the hook `{hook.name}` takes no `{name}`"
                yield Mistake(code="F0111", message=message, path=("send", name), suggestion=hint)

    def expressions(self, config: Call) -> Iterable[Expression]:
        """What is sent."""
        if config.send != "fields":
            for name, text in config.send.items():
                yield Expression(text=text, path=("send", name), hook_input=(config.target, name))

    def enter(self, config: Call, ctx: StepContext) -> Result:
        """Call now, or leave it to the worker."""
        try:
            payload = _payload(config, ctx)
        except ValueError:  # a text where the hook takes a number: only its value could tell
            return Fail(problem=Problem(message="call.failed"))
        if config.later:
            _leave_for_later(config, ctx, payload)
            return Go()
        key = f"{ctx.journey.id}:{ctx.journey.state_no}:{ctx.step.name}"
        try:
            reply = ctx.ports.hooks.call(config.target, payload, idempotency_key=key)
        except HookFailed:
            return Fail(problem=Problem(message="call.failed"))
        return Go(facts=_as_facts(config, ctx, reply), source=Source.REGISTRY)


def _as_facts(config: Call, ctx: StepContext, reply: Mapping[str, Json]) -> Mapping[str, Json]:
    """What an earlier call said and this one does not is forgotten."""
    return {f"reply.{name}": reply.get(name) for name in ctx.site.hooks[config.target].reply}


def _payload(config: Call, ctx: StepContext) -> Mapping[str, Json]:
    if config.send == "fields":
        values = _typed(ctx)
    else:
        values = {name: ctx.evaluate(text) for name, text in config.send.items()}
    declared = ctx.site.hooks[config.target].send
    return {
        name: _as_input(value, declared[name])
        for name, value in values.items()
        if name in declared and value not in (None, "")
    }


def _as_input(value: Json, kind: HookType) -> Json:
    if kind is HookType.TEXT:
        return as_text(value)
    return int(str(value)) if kind is HookType.INT else value


def _typed(ctx: StepContext) -> Mapping[str, Json]:
    """Everything a person entered or proved in this journey; no secrets, they are not kept."""
    kinds = {name: item.type for name, item in ctx.attributes.by_name.items()}
    return {
        name: fact.value
        for name, fact in ctx.state.facts.items()
        if kinds.get(name, AttributeType.PASSWORD) not in SECRET_TYPES and fact.source in {Source.TYPED, Source.PROVEN}
    }


def _leave_for_later(config: Call, ctx: StepContext, payload: Mapping[str, Json]) -> None:
    hook = ctx.site.hooks[config.target]
    ctx.ports.outbox.add(
        Job(
            id=ctx.ports.secrets.identifier(),
            kind=JobKind.HOOK,
            payload={"hook": hook.name, "send": dict(payload)},
            due_at=ctx.now,
            expires_at=ctx.now + hook.retry,
        )
    )
