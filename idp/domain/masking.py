"""How an address or a phone number is shown half hidden: on pages, in mails, in the log.

Pure text rules, in one place so that pages and log lines never differ: an address keeps its first letter and its
domain, a number its last two digits (and what its country or mobile prefix gives away anyway).
Takes anything that claims to be an address or a number and never shows more than that, whatever it is given.
"""

from __future__ import annotations

import re

_TWO_DIGIT_CALLING_CODE = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_HIDDEN = "***"


def mask_address(address: str) -> str:
    """An e-mail address with its first letter and domain: `h***@example.jp`."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not address.isprintable():
        return _HIDDEN
    return f"{local[0]}{_HIDDEN}@{domain}"


def mask_number(number: str) -> str:
    """An E.164 number with its last two digits: `090-****-**78` in Japan, `+1*********34` elsewhere."""
    if _E164.fullmatch(number) is None:
        return _HIDDEN
    if number.startswith("+81"):
        return _mask_japanese("0" + number[3:])
    code = _calling_code(number[1:])
    hidden = len(number) - 1 - len(code) - 2
    return f"+{code}{'*' * hidden}{number[-2:]}"


def mask_recipient(to: str) -> str:
    """Whichever of the two `to` is."""
    return mask_number(to) if to.startswith("+") else mask_address(to)


def _mask_japanese(national: str) -> str:
    last = national[-2:]
    match len(national), national[1]:
        case 11, _:
            return f"{national[:3]}-****-**{last}"
        case 10, "3" | "6":
            return f"{national[:2]}-****-**{last}"
        case _:
            return f"0{'*' * (len(national) - 3)}{last}"


def _calling_code(digits: str) -> str:
    """The country calling code (ITU-T E.164: 1 and 7 stand alone, the others have two or three digits)."""
    if digits[0] in "17":
        return digits[0]
    return digits[:2] if _TWO_DIGIT_CALLING_CODE.match(digits) else digits[:3]
