"""Sending one-time codes and links: the same process for mail, SMS and voice.

Owns cool-downs (within one journey) and budgets (over all journeys). A code's text leaves this module only inside the
outbox job that delivers it. What comes back is judged in `judging.py`. Whoever leaves the page of a code and asks for
one at the same address during the cool-down gets no second message: the one before still counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from idp.config.site import Budget, CodePolicy
from idp.domain.audit import AuditKind
from idp.domain.challenge import Challenge, Channel
from idp.domain.outbox import Job, JobKind
from idp.domain.values import JsonObject
from idp.flows.screen import Notice, Problem
from idp.flows.step import StepContext
from idp.steps.judging import locked
from idp.steps.refusals import record_refusal

LINK_PURPOSE = "link"
_DELIVERY_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a code goes and who may be let in.

    `let_in` is known, unknown, anyone or nobody (a ghost's); `hook` names who is asked about an address without an
    account, with `send`; `otherwise` is the mail for those who are not let in.
    """

    channel: Channel
    address: str
    let_in: str = "anyone"
    hook: str | None = None
    send: JsonObject | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A code or link is on its way. `local` is what the step has to remember of it, `notices` what the page says."""

    local: JsonObject
    notices: tuple[Notice, ...] = ()


def send_code(ctx: StepContext, recipient: Recipient, *, purpose: str, again: bool) -> Sent | Problem:
    """Make a new code and hand it to the outbox; the older code of the same purpose ends.

    `again` says that the person asks for another one.
    """
    policy = ctx.site.codes[recipient.channel.value]
    if (problem := locked(ctx, recipient.address)) is not None:
        return replace(problem, field=None)
    if (early := _during_pause(ctx, recipient, purpose, policy, again=again)) is not None:
        return early
    code = ctx.ports.secrets.digits(policy.digits)
    notices = (Notice(message="code.sent_again"),) if again else ()
    return _send(ctx, recipient, purpose=purpose, template="code", policy=policy, code=code, notices=notices)


def send_link(
    ctx: StepContext, recipient: Recipient, *, life: timedelta, template: str, params: JsonObject, again: bool
) -> Sent | Problem:
    """Make a new link (`<issuer>/link/<secret>`) and hand it to the outbox; the older link ends."""
    policy = CodePolicy(digits=0, life=life, cooldowns=ctx.site.codes["mail"].cooldowns)
    if (early := _during_pause(ctx, recipient, LINK_PURPOSE, policy, again=again)) is not None:
        return early
    notices = (Notice(message="link.sent_again"),) if again else ()
    return _send(
        ctx,
        recipient,
        purpose=LINK_PURPOSE,
        template=template,
        policy=policy,
        code=None,
        params=params,
        notices=notices,
    )


def _send(
    ctx: StepContext,
    recipient: Recipient,
    *,
    purpose: str,
    template: str,
    policy: CodePolicy,
    code: str | None,
    params: JsonObject | None = None,
    notices: tuple[Notice, ...] = (),
) -> Sent | Problem:
    if (problem := _over_budget(ctx, recipient)) is not None:
        return problem
    secret = code or ctx.ports.secrets.token()
    challenge = _build_challenge(ctx, recipient, purpose=purpose, policy=policy, secret=secret, is_link=code is None)
    ctx.ports.challenges.create(challenge)
    ctx.ports.outbox.add(_build_job(ctx, recipient, challenge, template=template, secret=secret, params=params or {}))
    return Sent(local=_memory_of(challenge), notices=notices)


def _memory_of(challenge: Challenge) -> JsonObject:
    return {
        "challenge_id": challenge.id,
        "channel": challenge.channel.value,
        "address": challenge.address,
        "expires_at": challenge.expires_at.isoformat(),
        "sent_at": challenge.created_at.isoformat(),
    }


def _during_pause(
    ctx: StepContext, recipient: Recipient, purpose: str, policy: CodePolicy, *, again: bool
) -> Sent | Problem | None:
    """What holds while the pause after the last message lasts; None when a new one may go out."""
    earlier = ctx.ports.challenges.sent(
        ctx.journey.id, purpose=purpose, channel=recipient.channel, address=recipient.address
    )
    if not earlier or not policy.cooldowns:
        return None
    last = earlier[-1]
    until = last.created_at + policy.cooldowns[min(len(earlier), len(policy.cooldowns)) - 1]
    if ctx.now >= until:
        return None
    params = {"until": until.isoformat()}
    kind = "link" if last.is_link else "code"
    if again or not last.is_open(ctx.now):
        return Problem(message="code.wait", params=params)
    return Sent(local=_memory_of(last), notices=(Notice(message=f"{kind}.sent_before", params=params),))


def _over_budget(ctx: StepContext, recipient: Recipient) -> Problem | None:
    channel = recipient.channel.value
    budgets = ctx.site.budgets.get(channel, ())
    keys = [(budget, budget_key(budget, channel, recipient.address)) for budget in budgets]
    spare = all(ctx.ports.budgets.used(key, window=budget.window, now=ctx.now) < budget.limit for budget, key in keys)
    spend = ctx.ports.budgets.spend
    if spare and all(spend(key, limit=item.limit, window=item.window, now=ctx.now) for item, key in keys):
        return None
    record_refusal(ctx, AuditKind.MESSAGE_REFUSED, recipient.channel, recipient.address)
    return Problem(message="send.limit", params={"channel": channel})


def budget_key(budget: Budget, channel: str, address: str) -> str:
    """The counter of a budget. A prefix is a number without its last four digits; `all` counts every channel."""
    seconds = int(budget.window.total_seconds())
    if budget.per == "all":
        return f"messages:all:{seconds}"
    of = address[:-4] if budget.per == "prefix" else address.casefold()
    return f"{channel}:{budget.per}:{seconds}:{of}"


def _build_challenge(
    ctx: StepContext, recipient: Recipient, *, purpose: str, policy: CodePolicy, secret: str, is_link: bool
) -> Challenge:
    challenge_id = ctx.ports.secrets.identifier()
    digest_of = LINK_PURPOSE if is_link else f"otp:{challenge_id}"
    return Challenge(
        id=challenge_id,
        journey_id=ctx.journey.id,
        purpose=purpose,
        channel=recipient.channel,
        address=recipient.address,
        secret_digest=ctx.ports.digester.digest(digest_of, secret),
        is_link=is_link,
        created_at=ctx.now,
        expires_at=ctx.now + policy.life,
        max_tries=policy.max_tries,
        matches={"anyone": True, "nobody": False}.get(recipient.let_in),
    )


def _build_job(
    ctx: StepContext, recipient: Recipient, challenge: Challenge, *, template: str, secret: str, params: JsonObject
) -> Job:
    link = f"{ctx.site.issuer}/link/{secret}" if challenge.is_link else secret
    return Job(
        id=ctx.ports.secrets.identifier(),
        kind=JobKind.CHALLENGE,
        payload={
            "challenge_id": challenge.id,
            "template": template,
            "channel": recipient.channel.value,
            "address": recipient.address,
            "locale": ctx.journey.locale,
            "secret": link,
            "let_in": recipient.let_in,
            "hook": recipient.hook,
            "send": recipient.send,
            "otherwise": recipient.otherwise,
            "params": {**params, "expires_at": challenge.expires_at.isoformat(), "client_id": ctx.client.id},
        },
        due_at=ctx.now,
        expires_at=min(challenge.expires_at, ctx.now + _DELIVERY_LIFE)
        if not challenge.is_link
        else challenge.expires_at,
    )
