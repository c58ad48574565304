"""How values are said in one language: dates, times, numbers to call.

Owns the forms a placeholder may ask for (`{expires_at.clock}`); their patterns are texts (`formats.*`), so a language
stays one file. Times come as ISO 8601 text in UTC and are said in the site's zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers

from idp.config.texts import Texts, fill
from idp.domain.values import Json, JsonObject

SHORT = timedelta(hours=12)
"""A time this near is said by the clock alone."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|\+00:00)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language in one place and time. `now` decides whether a time is near."""

    texts: Texts
    locale: str
    zone: str
    now: datetime

    def say(self, key: str, params: JsonObject) -> str | None:
        """The text with its placeholders said in this language; None when there is no such text."""
        text = self.texts.find(self.locale, key)
        return None if text is None else self.fill(text, params)

    def fill(self, text: str, params: JsonObject) -> str:
        """A text with its placeholders filled from `params`."""
        return fill(text, lambda name, form: self.value(params.get(name), form))

    def value(self, value: Json, form: str | None = None) -> str | None:
        """One value: a time, a date, yes or no in words, anything else as it is. `form` is clock, moment or date."""
        if isinstance(value, bool):
            return self.texts.find(self.locale, "fields.yes" if value else "fields.no")
        if value is None or not isinstance(value, str):
            return None if value is None else str(value)
        if (moment := self.instant(value)) is not None:
            return self.moment(moment, form)
        if _DATE.fullmatch(value) and (day := _parse(value)) is not None:
            return self.date(day.date())
        return value

    @staticmethod
    def instant(value: Json) -> datetime | None:
        """The time that a text is, or None."""
        return _parse(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else None

    def moment(self, moment: datetime, form: str | None = None) -> str:
        """A time in the site's zone; the clock alone when it is near and no form is asked for."""
        form = form or ("clock" if abs(moment - self.now) < SHORT else "moment")
        local = moment.astimezone(ZoneInfo(self.zone))
        if form == "date":
            return self.date(local.date())
        pattern = self.texts.find(self.locale, f"formats.{form}") or "{date} {time}"
        parts = {"date": self.date(local.date()), "time": f"{local:%H:%M}", "seconds": f"{local:%H:%M:%S}"}
        return fill(pattern, lambda name, _: parts.get(name))

    def date(self, day: date) -> str:
        """A calendar date in words."""
        months = (self.texts.find(self.locale, "formats.months") or "").split("\n")
        month = months[day.month - 1] if len(months) == 12 else str(day.month)  # noqa: PLR2004
        parts = {"year": str(day.year), "month": month, "day": str(day.day)}
        pattern = self.texts.find(self.locale, "formats.date") or "{year}-{month}-{day}"
        return fill(pattern, lambda name, _: parts.get(name))


def say_number(number: str, home: str) -> str:
    """An E.164 number as people in the country `home` (ISO 3166) write it; anything else unchanged."""
    if not _E164.fullmatch(number):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    is_home = parsed.country_code == phonenumbers.country_code_for_region(home)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _parse(value: str) -> datetime | None:
    """A time that the calendar knows, else None: what looks like a date may have been typed by anybody."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
