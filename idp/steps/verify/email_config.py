"""What `verify: email` may say in YAML, and what its two ways, code and link, have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from idp.flows.configured import step_config
from idp.steps.durations import Span


@step_config
class HookQuestion:
    """Whom to ask about an address that has no account. `send` maps the hook's inputs to expressions."""

    call: str
    send: Mapping[str, str] = field(default_factory=dict)


@step_config
class VerifyEmail:
    """`by` is code or link; `expires` is the life of a link. `page` names the page where the address is typed.

    Without `if_unknown` a code goes only to addresses with an account, a link only to those without one.
    `if_unknown: send` lets everyone in; a `call` names the hook that is asked, after the answer has gone out.
    """

    target: str = "email"
    by: Literal["code", "link"] = "code"
    page: str = "email"
    code_page: str = "verify_email"
    expires: Span | None = None
    if_unknown: Literal["send"] | HookQuestion | None = None
