"""Texts that steps name: mails and messages have to exist in the locales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from idp.config.findings import Finding
from idp.config.source import YamlDocument
from idp.config.suggest import did_you_mean
from idp.config.texts import Texts
from idp.flows.definition import Flow, Step
from idp.flows.walks import checks_of

MESSAGES = "messages."


def check_said(flows: Mapping[str, Flow], documents: Mapping[str, YamlDocument], texts: Texts) -> Iterator[Finding]:
    """A mail nobody wrote would never be sent, and a message nobody wrote says nothing."""
    keys = {key for tag in texts.locales for source in (texts.site, texts.engine) for key in source.get(tag, {})}
    mails = {key.split(".")[1] for key in keys if key.startswith("mails.") and key.endswith(".subject")}
    messages = {key.rpartition(MESSAGES)[2] for key in keys if MESSAGES in key}
    for name, flow in flows.items():
        for step in flow.steps:
            for each in (step, *checks_of(step)):
                yield from _check(each, documents[name], mails, messages)


def _check(step: Step, document: YamlDocument, mails: set[str], messages: set[str]) -> Iterator[Finding]:
    for key, text, known, kind in (
        ("send", step.target if step.verb == "send" else None, mails, "mails"),
        ("notice", getattr(step.config, "notice", None), mails, "mails"),
        ("message", step.config.message if step.verb == "require" else None, messages, "messages"),
    ):
        if isinstance(text, str) and text not in known:
            message = f"no locale has a text `{kind}.{text}`"
            yield document.finding((*step.path, key), "F0134", message, suggestion=did_you_mean(text, known))
