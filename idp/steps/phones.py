"""Phone numbers as people type them: parsed to one canonical E.164, or refused with a reason.

Owns the rules of which numbers may get a message at all: countries on the site's list, ordinary mobile and fixed
lines only. Letters, extensions and premium, shared-cost or satellite numbers are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

_TYPED = re.compile(r"\+?[0-9][0-9 ().\-\u2010-\u2015\u2212\u30fc]{2,24}")
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\uff70]")
_ORDINARY = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
}
_TAKES_SMS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number that may be called; `takes_sms` is false for a landline."""

    e164: str
    takes_sms: bool


@dataclass(frozen=True, slots=True)
class BadNumber:
    """Why a number was refused: `phone.invalid`, `phone.too_short` or `phone.not_allowed`."""

    message: str


def parse_phone(typed: str, *, countries: Sequence[str], country: str | None = None) -> PhoneNumber | BadNumber:
    """The canonical number. `countries` are ISO 3166 codes, the default first; `country` is what the person chose."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).strip()
    if not _TYPED.fullmatch(text):
        return BadNumber("phone.invalid")
    region = country if country in countries else countries[0]
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return BadNumber("phone.invalid")
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        return BadNumber("phone.too_short")
    if not phonenumbers.is_valid_number(number):
        return BadNumber("phone.too_short" if _lacks_a_digit(number) else "phone.invalid")
    kind = phonenumbers.number_type(number)
    if phonenumbers.region_code_for_number(number) not in countries or kind not in _ORDINARY:
        return BadNumber("phone.not_allowed")
    return PhoneNumber(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), kind in _TAKES_SMS)


def _lacks_a_digit(number: phonenumbers.PhoneNumber) -> bool:
    """One digit more would make it a number: a mobile number with ten digits passes for a possible landline."""
    longer = phonenumbers.PhoneNumber(number.country_code, (number.national_number or 0) * 10 + 1)
    return phonenumbers.is_valid_number(longer)


def decoy_number(country: str, seed: int) -> str:
    """A mobile number of a country that nobody has, the same for the same seed; for people who do not exist."""
    example = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    code, national = (81, "9000000000") if example is None else (example.country_code, str(example.national_number))
    free = len(national) - 3
    return f"+{code}{national[:2]}0{seed % 10**free:0{free}d}"


def takes_sms(e164: str) -> bool:
    """True when a canonical number can get an SMS."""
    return phonenumbers.number_type(phonenumbers.parse(e164)) in _TAKES_SMS
