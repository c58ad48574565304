"""The people the sample's member registry knows, and how it looks one up. Names and numbers are invented.

Nothing here proves who is asking: the registry answers its own co-op's systems, which prove the address first.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person on file. Dates are ISO 8601, phones E.164. An applicant has no member number yet."""

    email: str
    birth_date: str
    name: str
    kana: str
    sex: str | None = None
    phone: str
    postcode: str
    address: str
    branch: str
    member_type: str
    admission_year: int
    member_number: str | None = None

    def told(self) -> dict[str, Any]:
        """What the registry tells about this person, unknown things left out."""
        names = [name for name in self.__slots__ if name != "email"]
        return {name: value for name in names if (value := getattr(self, name)) is not None}


PEOPLE = (
    Person(
        email="hanako@example.jp",
        birth_date="2005-06-15",
        name="組合 花子",
        kana="クミアイ ハナコ",
        sex="female",
        phone="+819012345678",
        postcode="166-8532",
        address="東京都見本区例町1-2-3 見本荘 101",
        branch="見本大学",
        member_type="student",
        admission_year=2024,
        member_number="1234-5678",
    ),
    Person(
        email="taro@example.jp",
        birth_date="2004-09-30",
        name="大学 太郎",
        kana="ダイガク タロウ",
        sex="male",
        phone="+818023456789",
        postcode="166-8532",
        address="東京都見本区例町4-5-6",
        branch="見本大学",
        member_type="graduate",
        admission_year=2023,
        member_number="1234-5679",
    ),
    Person(
        email="shinnyu@example.jp",
        birth_date="2007-04-02",
        name="新入 生",
        kana="シンニュウ セイ",
        phone="+819034567890",
        postcode="600-8216",
        address="京都府見本市例条通1-2",
        branch="例示大学 北キャンパス",
        member_type="applicant",
        admission_year=2027,
    ),
    Person(
        email="kumiai@example.jp",
        birth_date="2006-11-03",
        name="生協 さくら",
        kana="セイキョウ サクラ",
        sex="female",
        phone="+819045678901",
        postcode="980-8577",
        address="宮城県見本市例葉2-3 見本ハイツ 205",
        branch="例示大学 南キャンパス",
        member_type="student",
        admission_year=2025,
        member_number="2345-6789",
    ),
    Person(
        email="kyodai@example.jp",
        birth_date="2006-05-05",
        name="兄弟 一郎",
        kana="キョウダイ イチロウ",
        sex="male",
        phone="+819056789012",
        postcode="814-0180",
        address="福岡県見本市例隈7-8-9",
        branch="見本大学",
        member_type="student",
        admission_year=2025,
        member_number="3456-7890",
    ),
    Person(
        email="kyodai@example.jp",
        birth_date="2008-09-09",
        name="兄弟 二葉",
        kana="キョウダイ フタバ",
        sex="female",
        phone="+819067890123",
        postcode="814-0180",
        address="福岡県見本市例隈7-8-9",
        branch="見本大学",
        member_type="student",
        admission_year=2026,
        member_number="3456-7891",
    ),
)


def look_up(email: str, birth_date: str | None) -> dict[str, Any]:
    """The answer to an address and, if known, a date of birth.

    Several people at one address and no date: how many, and nothing about any of them.
    """
    wanted = unicodedata.normalize("NFKC", email).strip().casefold()
    matches = [
        person
        for person in PEOPLE
        if person.email == wanted and (birth_date is None or person.birth_date == birth_date)
    ]
    answer: dict[str, Any] = {"found": bool(matches), "count": len(matches)}
    return answer | matches[0].told() if len(matches) == 1 else answer
