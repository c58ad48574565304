"""The step types a flow may use. Adding one is one file, one line here and one test."""

from __future__ import annotations

from idp.flows.step import Registry, StepType
from idp.steps.account import CreateUserStep, UpdatePasswordStep, UpdateUserStep
from idp.steps.call import CallStep
from idp.steps.consent import ConsentStep
from idp.steps.end import EndStep
from idp.steps.enroll.phone import EnrollPhoneStep
from idp.steps.find import FindStep
from idp.steps.page import PageType
from idp.steps.require import RequireStep
from idp.steps.run import RunStep
from idp.steps.send import SendStep
from idp.steps.set import SetStep
from idp.steps.verify.email import VerifyEmailStep
from idp.steps.verify.identifier import VerifyIdentifierStep
from idp.steps.verify.password import VerifyPasswordStep
from idp.steps.verify.phone import VerifyPhoneStep

STEP_TYPES: tuple[StepType, ...] = (
    PageType(),
    VerifyPasswordStep(),
    VerifyEmailStep(),
    VerifyPhoneStep(),
    VerifyIdentifierStep(),
    EnrollPhoneStep(),
    FindStep(),
    CreateUserStep(),
    UpdatePasswordStep(),
    UpdateUserStep(),
    SetStep(),
    CallStep(),
    SendStep(),
    RunStep(),
    ConsentStep(),
    RequireStep(),
    EndStep(),
)

REGISTRY = Registry(STEP_TYPES)
