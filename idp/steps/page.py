"""`page`: one screen. Shows facts, takes fields, runs checks on what was typed, and leads to parts by links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from idp.config.attributes import Attribute, AttributeType
from idp.domain.values import Json, as_text
from idp.flows.facts import Source, is_proven
from idp.flows.mistakes import Expression, Mistake, Names
from idp.flows.screen import Button, Field, FieldType, Option, Problem, Screen, ScreenKind, Shown
from idp.flows.step import Fail, Form, Go, GoBack, PageStep, Result, RunFlow, Stay, StepContext
from idp.steps.failures import page_failures
from idp.steps.fields import SECRET_TYPES, build_field, is_secret, parse_field, parse_value, typed_of
from idp.steps.page_checks import page_expressions, page_mistakes
from idp.steps.page_config import Page
from idp.steps.screens import BACK, CANCEL

TRAP = "website"
"""The input of `bot_check`: people do not see it, programs that fill in everything do."""


class PageType(PageStep):
    """Shows a page and waits."""

    verb = "page"
    target = None
    config = Page

    def mistakes(self, config: Page, names: Names) -> Iterable[Mistake]:
        """Unknown fields, facts or flows; secrets that nobody would look at."""
        return page_mistakes(config, names)

    def expressions(self, config: Page) -> Iterable[Expression]:
        """The conditions of its links."""
        return page_expressions(config)

    def enter(self, config: Page, ctx: StepContext) -> Result:
        """Wait for the person; a part that has made somebody known ends the page."""
        seen = ctx.local.get("events")
        if seen is not None and ctx.shown_by is not None and len(ctx.state.events) > int(str(seen)):
            return Go()
        return Stay(local={"events": len(ctx.state.events)}, typed=_first_typed(config, ctx))

    def screen(self, config: Page, ctx: StepContext) -> Screen:
        """The page as it looks now."""
        fields = tuple(_field(config, ctx, name, required) for name, required in config.field_names)
        shown = tuple(_shown(ctx, name) for name in _shown_names(config, ctx))
        return Screen(
            kind=_kind(config, fields),
            page=config.target,
            flow=ctx.flow.name,
            fields=(*_readonly(config, shown), *fields),
            shown=shown,
            buttons=_buttons(config, ctx),
            progress=ctx.progress(config.target),
            params={
                "email": ctx.state.text("email"),
                "domain": ctx.site.mail.domain,
                "trap": TRAP if config.bot_check else None,
            },
        )

    def submit(self, config: Page, ctx: StepContext, form: Form) -> Result:
        """Take what was typed, check it, go on; or follow a link."""
        action = form.get("action", "continue")
        if action.startswith("link:"):
            return _follow_link(config, ctx, action.removeprefix("link:"), form)
        if action == "back" and (config.back is not None or config.show == "fields"):
            return GoBack(to=config.back)
        if action.startswith("change:"):
            return _change(config, ctx, action)
        attributes = [(ctx.attributes.by_name[name], required) for name, required in config.field_names]
        typed = {name: value for item, _ in attributes for name, value in typed_of(item, form).items()}
        values = {
            item.name: parse_value(item, form, required=required, now=ctx.now, site=ctx.site)
            for item, required in attributes
        }
        problems = tuple(value for value in values.values() if isinstance(value, Problem))
        if config.bot_check and form.get(TRAP):
            problems = (*problems, Problem(message="form.trapped"))
        if problems:
            return Stay(local=ctx.local, problems=problems, typed=typed)
        facts = {name: value for name, value in values.items() if not isinstance(value, Problem)}
        return _check(config, ctx, facts, typed)


def _change(config: Page, ctx: StepContext, action: str) -> Result:
    """To the page with the field, when this page offers it."""
    is_offered = any(_shown(ctx, name).change == action for name in _shown_names(config, ctx))
    return GoBack(to=_page_with(ctx, action.removeprefix("change:"))) if is_offered else Stay(local=ctx.local)


def _check(config: Page, ctx: StepContext, values: Mapping[str, Json], typed: Mapping[str, str]) -> Result:
    failures = None if config.tries is None else page_failures(ctx, config.target, config.tries)
    if failures is not None and failures.spent() is not None:
        return Stay(local=ctx.local, problems=(Problem(message="form.too_many"),))
    secrets = {name: str(value) for name, value in values.items() if is_secret(ctx.attributes.by_name[name])}
    facts = {name: value for name, value in values.items() if name not in secrets}
    result = ctx.run_checks(config.check, facts, secrets)
    match result:
        case Fail():
            if failures is not None:
                failures.count()
            return Stay(local=ctx.local, problems=(result.problem,), typed=typed)
        case Go():
            return result


def _first_typed(config: Page, ctx: StepContext) -> Mapping[str, str]:
    hint = str(ctx.state.request.get("login_hint") or "")
    known = {name for name, _ in config.field_names}
    return {"email": hint} if hint and "email" in known and not ctx.state.text("email") else {}


def _kind(config: Page, fields: tuple[Field, ...]) -> ScreenKind:
    if config.kind == "done":
        return ScreenKind.DONE
    if fields:
        return ScreenKind.FORM
    return ScreenKind.SUMMARY if config.show == "fields" else ScreenKind.MESSAGE


def _field(config: Page, ctx: StepContext, name: str, required: bool) -> Field:
    value = ctx.state.text(name)
    if not value and config.prefill is not None and ctx.state.value(name) is None:
        value = _prefilled(config, ctx, name)
    attribute = ctx.attributes.by_name[name]
    return build_field(attribute, required=required, value=value, typed=ctx.state.typed, now=ctx.now, site=ctx.site)


def _prefilled(config: Page, ctx: StepContext, name: str) -> str:
    if config.prefill == "reply":
        return ctx.state.text(f"reply.{name}")
    subject = ctx.subject
    return "" if subject is None or ctx.shown_by is None else as_text(subject.attributes.get(name))


def _readonly(config: Page, shown: tuple[Shown, ...]) -> tuple[Field, ...]:
    """A page with a new password shows the address as a real read-only input, for password managers."""
    if not any(name.startswith("new_password") for name, _ in config.field_names):
        return ()
    return tuple(
        Field(
            name=item.name,
            type=FieldType.EMAIL,
            required=False,
            labels=item.labels,
            value=item.value,
            autocomplete="username",
            readonly=True,
        )
        for item in shown
        if item.type is FieldType.EMAIL
    )


def _shown_names(config: Page, ctx: StepContext) -> tuple[str, ...]:
    if config.show != "fields":
        return config.show
    pages = [step.config for step in ctx.flow.steps[: ctx.state.here.at] if isinstance(step.config, Page)]
    names = [name for page in pages for name, _ in page.field_names]
    known = [name for name in dict.fromkeys(names) if ctx.attributes.by_name[name].type not in SECRET_TYPES]
    return tuple(known)


def _shown(ctx: StepContext, name: str) -> Shown:
    attribute = ctx.attributes.by_name[name]
    subject = ctx.subject
    is_own = name == "email" and ctx.shown_by is not None
    value = ctx.state.text(name) or (subject.email if subject is not None and is_own else "")
    proven = is_proven(ctx.state.proofs, value, now=ctx.now)
    fact = ctx.state.facts.get(name)
    typed_by_hand = fact is not None and fact.source is Source.TYPED
    field = build_field(attribute, required=False, value=value, typed={}, now=ctx.now, site=ctx.site)
    return Shown(
        name=name,
        value=value,
        labels=attribute.labels,
        type=field.type,
        options=_with_labels(attribute, field.options),
        is_proven=proven,
        change=f"change:{name}" if typed_by_hand and _page_with(ctx, name) is not None else None,
    )


def _with_labels(attribute: Attribute, options: tuple[Option, ...]) -> tuple[Option, ...]:
    return () if attribute.type is AttributeType.YEAR else options


def _page_with(ctx: StepContext, name: str) -> str | None:
    """The last page before this one that has the field."""
    for step in reversed(ctx.flow.steps[: ctx.state.here.at]):
        if isinstance(step.config, Page) and any(field == name for field, _ in step.config.field_names):
            return step.name
    return None


def _buttons(config: Page, ctx: StepContext) -> tuple[Button, ...]:
    links = tuple(
        Button(action=f"link:{name}", text=f"link:{name}", style="way", formnovalidate=True)
        for name, link in config.links.items()
        if link.when is None or ctx.holds(link.when)
    )
    way_on = Button(action="continue", text="continue", style="primary")
    has_back = config.back is not None or config.show == "fields"
    return (way_on, *links, *((BACK,) if has_back else ()), CANCEL)


def _follow_link(config: Page, ctx: StepContext, name: str, form: Form) -> Result:
    link = config.links.get(name)
    if link is None or (link.when is not None and not ctx.holds(link.when)):
        return Stay(local=ctx.local)
    if not any(field == "email" for field, _ in config.field_names):
        return RunFlow(flow=link.flow, local=ctx.local)
    email = parse_field(ctx.attributes.by_name["email"], form, required=True, now=ctx.now, site=ctx.site)
    return RunFlow(flow=link.flow, local=ctx.local, facts={} if isinstance(email, Problem) else {"email": email})
