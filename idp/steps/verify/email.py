"""`verify: email`: a code or a link to an address proves that whoever asks can read its mail (J1, J2, J3.2)."""

from __future__ import annotations

from collections.abc import Iterable

from idp.flows.mistakes import Expression, Mistake, Names
from idp.flows.screen import Screen
from idp.flows.step import Form, PageStep, Result, StepContext
from idp.steps.budgets import budget_mistakes
from idp.steps.verify import email_code, email_link
from idp.steps.verify.email_config import HookQuestion, VerifyEmail


class VerifyEmailStep(PageStep):
    """Proves an e-mail address."""

    verb = "verify"
    target = "email"
    counts_tries = True
    config = VerifyEmail

    def mistakes(self, config: VerifyEmail, names: Names) -> Iterable[Mistake]:
        """Mails that nothing limits; an unknown hook, or inputs it does not take."""
        yield from budget_mistakes("mail", names)
        question = config.if_unknown
        if not isinstance(question, HookQuestion):
            return
        hook = names.site.hooks.get(question.call)
        if hook is None:
            yield Mistake(code="F0110", message=f"no hook is called `{question.call}`", path=("if_unknown", "call"))
            return
        for name in question.send:
            if name not in hook.send:
                message = f"the hook `{hook.name}` takes no `{name}`"
                yield Mistake(code="F0111", message=message, path=("if_unknown", "send", name))

    def expressions(self, config: VerifyEmail) -> Iterable[Expression]:
        """What is sent to the hook."""
        if isinstance(config.if_unknown, HookQuestion):
            for name, text in config.if_unknown.send.items():
                where = ("if_unknown", "send", name)
                yield Expression(text=text, path=where, hook_input=(config.if_unknown.call, name))

    def enter(self, config: VerifyEmail, ctx: StepContext) -> Result:
        """Ask for the address, or send at once when it is known."""
        return email_link.enter(config, ctx) if config.by == "link" else email_code.enter(config, ctx)

    def screen(self, config: VerifyEmail, ctx: StepContext) -> Screen:
        """The page of the stage the person is at."""
        return email_link.screen(ctx) if config.by == "link" else email_code.screen(config, ctx)

    def submit(self, config: VerifyEmail, ctx: StepContext, form: Form) -> Result:
        """An address, a code, or a wish for another."""
        handle = email_link.submit if config.by == "link" else email_code.submit
        return handle(config, ctx, form)
