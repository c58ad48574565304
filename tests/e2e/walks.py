"""What people do at the sample's sites, as short verbs: open a site, fill a page, read a mail, type its code.

Each person has a browser of their own. Nothing here knows the provider but by its pages and its outbox.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zlib
from dataclasses import dataclass, field

from tests.browser import Browser, Page
from tests.product import Product

PASSWORD = "Tsubaki-2026!"
NEW_PASSWORD = "Hinode-2026!"
BORN = {"birth_date__year": "2007", "birth_date__month": "4", "birth_date__day": "2"}
REGISTRATION = {
    "name": "試験 花",
    "kana": "シケン ハナ",
    "phone": "090-1111-2222",
    "postcode": "600-8216",
    "address": "京都府見本市例条通1-2",
    "branch": "見本大学",
    "member_type": "applicant",
}


@dataclass(frozen=True)
class Member:
    """An account that has never signed in anywhere, and the mobile number of its owner."""

    email: str
    phone: str
    password: str = PASSWORD

    @property
    def password_form(self) -> dict[str, str]:
        return {"email": self.email, "password": self.password}


@dataclass
class Visitor:
    """Somebody with a browser, a mailbox and a phone."""

    product: Product
    browser: Browser = field(default_factory=Browser)

    @property
    def page(self) -> Page:
        return self.browser.page

    def go(self, site: str, label: str | None = None, *, path: str = "/") -> Page:
        """Open one of the sites, and follow what a person reads there."""
        page = self.browser.open(self.product.url(site, path))
        return page if label is None else self.browser.follow(label)

    def press(self, action: str, **typed: str) -> Page:
        return self.browser.press(action, **typed)

    def code(self, to: str, channel: str | None = None) -> str:
        """The newest code that was sent there; notices to the same address are none."""
        return self._wait_for("code", to, channel)

    def link(self, to: str) -> str:
        """The newest link that was sent there."""
        return self._wait_for("link", to, "mail")

    def _wait_for(self, part: str, to: str, channel: str | None) -> str:
        end = time.monotonic() + 15
        while (found := self.product.outbox.take(to, channel)[part]) is None:
            assert time.monotonic() < end
        return found

    def type_code(self, to: str, channel: str | None = None) -> Page:
        return self.press("verify_code", code=self.code(to, channel))

    def prove_address(self, email: str) -> Page:
        """「確認コードを送信」, then the code of the mail."""
        self.press("send_code", email=email)
        return self.type_code(email)

    def choose_password(self, password: str = NEW_PASSWORD) -> Page:
        return self.press("continue", new_password=password, new_password_confirm=password)

    def enroll_phone(self, number: str, way: str = "sms") -> Page:
        self.press(way, phone=number)
        return self.type_code(number, "sms" if way == "sms" else "voice")

    def sign_in_first(self, site: str, member: Member) -> Page:
        """J3 for somebody who has never signed in: the portal wants a mail code, both want a phone."""
        self.go(site, "サインイン")
        self.press("continue", **member.password_form)
        if site == "portal":
            assert self.page.name == "verify_email", self.page.text
            self.press_if_asked("send_code")
            self.type_code(member.email, "mail")
        assert self.page.name == "enroll_phone", self.page.text
        return self.enroll_phone(member.phone)

    def press_if_asked(self, action: str) -> None:
        if action in self.page.buttons() and "verify_code" not in self.page.buttons():
            self.press(action)

    def sign_in_again(self, site: str, member: Member, way: str = "sms") -> Page:
        """J3 for somebody whose phone is known."""
        self.go(site, "サインイン")
        self.press("continue", **member.password_form)
        assert self.page.name == "verify_phone", self.page.text
        self.press(way)
        return self.type_code(member.phone, "sms" if way == "sms" else "voice")

    def claims(self) -> dict[str, str]:
        """The verified claims that the page of a client shows."""
        return claims_of(self.page)

    def stands_at(self, site: str, path: str = "/") -> bool:
        return self.page.url == self.product.url(site, path)

    def is_signed_in(self, site: str) -> bool:
        return "sub" in Visitor(self.product, Browser(cookies_of=self.browser)).look_at(site)

    def look_at(self, site: str) -> dict[str, str]:
        self.go(site)
        return self.claims()


def claims_of(page: Page) -> dict[str, str]:
    return {n.attributes["data-claim"]: n.text for n in page.root.walk() if "data-claim" in n.attributes}


def methods_of(page: Page) -> set[str]:
    return set(json.loads(claims_of(page)["amr"]))


def command(product: Product, *words: str) -> str:
    """A `sekisho` command on the product's site, as its operator types it."""
    line = [sys.executable, "-m", "idp", *words, "--site", str(product.folder)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def register(product: Product, count: int, *, prefix: str) -> list[Member]:
    """Many members at once, with a password and nothing else, by `sekisho user import`."""
    exported = product.folder / f"{prefix}-seeds.jsonl"
    command(product, "user", "export", "--with-password-hashes", "--output", str(exported))
    seeds = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    taro = next(seed for seed in seeds if seed["email"] == "taro@example.jp")
    members = [
        Member(
            f"{prefix}{number}@e2e.example.jp",
            f"+8180{2000 + number:04}{zlib.crc32(prefix.encode()) % 10_000:04}",
            "Momiji-2026!",
        )
        for number in range(count)
    ]
    lines = [
        {"email": one.email, "email_verified_at": taro["email_verified_at"], "password_hash": taro["password_hash"]}
        for one in members
    ]
    file = product.folder / f"{prefix}.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    command(product, "user", "import", str(file))
    return members
