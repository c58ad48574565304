"""From the payload of a `message` job to the finished mail, SMS or call script.

Owns how a mail is put together (text and HTML say the same) and the form of an SMS that browsers fill in by
themselves (WebOTP: the last line names our host and the code). All words come from the texts; every value that
somebody typed is folded to one line and, in HTML, escaped. Sends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from idp.config.site import Site
from idp.config.texts import Texts, fill
from idp.config.wording import Wording
from idp.domain.challenge import Channel
from idp.domain.outbox import Message
from idp.domain.ports import Clock
from idp.domain.values import Json, JsonObject

TEMPLATES = Path(__file__).resolve().parent / "templates"
ACCENT = "#17597d"
SMS_CHARACTERS = 70
"""One segment of an SMS in UCS-2 (3GPP TS 23.038 §6.2.3)."""
SMS_CHARACTERS_ASCII = 160

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST_VALUE = 300


class UnknownTemplate(LookupError):
    """A message that no text belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The parts of a mail in words. `facts` are pairs of label and value."""

    subject: str
    sender: str
    heading: str
    lead: tuple[str, ...]
    lead_text: tuple[str, ...]
    code: str | None
    link: str | None
    button: str
    fallback: tuple[str, ...]
    deadline: tuple[str, ...]
    lines: tuple[str, ...]
    facts_heading: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """A payload, read: what to say, in which words, with which values."""

    template: str
    wording: Wording
    params: JsonObject
    code: str | None
    link: str | None


class MessageRenderer:
    """Renders messages; one for each process, safe for threads."""

    def __init__(self, *, site: Site, texts: Texts, clock: Clock) -> None:
        self._site = site
        self._texts = texts
        self._clock = clock
        self._templates = Environment(
            loader=FileSystemLoader([site.folder / "templates" / "mail", TEMPLATES]),
            autoescape=select_autoescape(enabled_extensions=("html",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def render(self, payload: JsonObject, message_id: str) -> Message:
        """The message of a `message` job. Raises UnknownTemplate when no text belongs to its template."""
        channel = Channel(str(payload["channel"]))
        order = self._read(payload, channel)
        to, locale = str(payload["to"]), order.wording.locale
        match channel:
            case Channel.MAIL:
                mail = self._build_mail(order)
                return Message(
                    id=message_id,
                    channel=channel,
                    to=to,
                    subject=mail.subject,
                    text=self._draw("mail.txt", mail, locale).strip() + "\n",
                    html=self._draw("mail.html", mail, locale),
                    code=order.code,
                    link=mail.link,
                    locale=locale,
                )
            case Channel.SMS:
                text = self._sms(order)
            case Channel.VOICE:
                text = self._voice(order)
        return Message(id=message_id, channel=channel, to=to, text=text, code=order.code, locale=locale)

    def _read(self, payload: JsonObject, channel: Channel) -> _Order:
        locale = str(payload["locale"])
        site = self._site
        locale = locale if locale in site.locales else site.locales[0]
        given = _mapping(payload.get("params"))
        code = _text(payload.get("code"))
        known = {name: _one_line(value) for name, value in {**given, **_mapping(given.get("entered"))}.items()}
        policy = site.codes.get(channel.value)
        own: dict[str, Json] = {
            "site": _in_language(site.names, locale),
            "sender": _in_language(site.mail.names, locale),
            "minutes": None if policy is None else int(policy.life.total_seconds() // 60),
            "code": code,
        }
        wording = Wording(texts=self._texts, locale=locale, zone=site.zone, now=self._clock.now())
        return _Order(
            template=str(payload["template"]),
            wording=wording,
            params={**known, **own},
            code=code,
            link=_text(payload.get("link")),
        )

    # mail

    def _build_mail(self, order: _Order) -> Mail:
        prefix = self._prefix(order)
        subject = _lines(order, f"{prefix}.subject")
        lead = _lines(order, f"{prefix}.lead")
        link = order.link or self._own_link(order, prefix)
        return Mail(
            subject=" ".join(subject),
            sender=str(order.params["sender"]) or str(order.params["site"]),
            heading=" ".join(_lines(order, f"{prefix}.heading")),
            lead=lead,
            lead_text=_lines(order, f"{prefix}.lead_text") or lead,
            code=order.code,
            link=link,
            button=" ".join(_lines(order, f"{prefix}.button")),
            fallback=_lines(order, f"{prefix}.fallback", "mails.common.fallback"),
            deadline=_lines(order, f"{prefix}.deadline"),
            lines=_lines(order, f"{prefix}.lines"),
            facts_heading=" ".join(_lines(order, f"{prefix}.facts.heading")),
            facts=self._facts(order, prefix),
            notes=_lines(order, f"{prefix}.notes", "mails.common.notes"),
        )

    def _prefix(self, order: _Order) -> str:
        """Where the texts are: the template's own, else those of the general link or "you have an account" mail."""
        name = order.template
        general = {"link": "sign_up_link", "known": "sign_up_known"}.get(name.rpartition("_")[2])
        for known in (name, general):
            if known is not None and self._texts.find(order.wording.locale, f"mails.{known}.subject") is not None:
                return f"mails.{known}"
        raise UnknownTemplate(name)

    def _own_link(self, order: _Order, prefix: str) -> str | None:
        """Where a mail without a secret leads: the text `link`, which may use {issuer} and {came_from}."""
        text = self._texts.find(order.wording.locale, f"{prefix}.link")
        if text is None:
            return None
        client_id, return_to = order.params.get("client_id"), order.params.get("return_to")
        query = {"client_id": str(client_id)} | ({"return_to": str(return_to)} if return_to else {})
        values = {"issuer": self._site.issuer, "came_from": urlencode(query) if client_id else None}
        return fill(text, lambda name, _: values.get(name), drop=True) or None

    def _facts(self, order: _Order, prefix: str) -> tuple[tuple[str, str], ...]:
        names = [name for name in self._texts.names(order.wording.locale, f"{prefix}.facts") if name != "heading"]
        said = [(name, order.wording.value(order.params.get(name), "moment")) for name in names]
        return tuple((" ".join(_lines(order, f"{prefix}.facts.{name}")), value) for name, value in said if value)

    def _draw(self, template: str, mail: Mail, locale: str) -> str:
        chosen = self._site.brand.get("accent", "")
        accent = chosen if _COLOUR.fullmatch(chosen) else ACCENT
        return self._templates.get_template(template).render(mail=mail, locale=locale, accent=accent)

    # phone

    def _sms(self, order: _Order) -> str:
        """Code first, brand second, the host last; shorter words when it would need a second segment."""
        lines = _lines(order, f"sms.{order.template}", "sms.code")
        short = _lines(order, f"sms.{order.template}_short", "sms.code_short")
        host = urlsplit(self._site.issuer).hostname or ""
        tail = f"\n\n@{host} #{order.code}" if order.code else ""
        join = self._texts.find(order.wording.locale, "formats.sentences") or "{first} {rest}"
        wordings = [_join(join, lines), lines[0] if lines else "", " ".join(short)]
        texts = [f"{words}{tail}" for words in wordings if words]
        return next((text for text in texts if len(text) <= _sms_limit(text)), texts[-1])

    def _voice(self, order: _Order) -> str:
        """The first line is said before a key is pressed; the digits are read slowly, twice."""
        pause = self._texts.find(order.wording.locale, "voice.pause") or ", "
        digits = pause.join(order.code or "")
        key = f"voice.{order.template}"
        found = order.wording.say(key, {**order.params, "digits": digits})
        return found or order.wording.say("voice.code", {**order.params, "digits": digits}) or digits


def _lines(order: _Order, *keys: str) -> tuple[str, ...]:
    """The lines of the first text there is, without those whose values are not known."""
    for key in keys:
        text = order.wording.texts.find(order.wording.locale, key)
        if text is not None:
            said = fill(text, lambda name, form: order.wording.value(order.params.get(name), form), drop=True)
            return tuple(line for line in said.split("\n") if line.strip())
    return ()


def _join(pattern: str, sentences: tuple[str, ...]) -> str:
    text = sentences[0] if sentences else ""
    for sentence in sentences[1:]:
        parts = {"first": text, "rest": sentence}
        text = fill(pattern, lambda name, _, parts=parts: parts.get(name))  # type: ignore[misc]
    return text


def _sms_limit(text: str) -> int:
    return SMS_CHARACTERS_ASCII if text.isascii() else SMS_CHARACTERS


def _one_line(value: Json) -> Json:
    """What somebody typed, on one line and of bounded length: it must not look like a part of the mail."""
    return _UNPRINTABLE.sub(" ", value)[:_LONGEST_VALUE] if isinstance(value, str) else value


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _in_language(names: Mapping[str, str], locale: str) -> str:
    return names.get(locale) or next(iter(names.values()), "")
