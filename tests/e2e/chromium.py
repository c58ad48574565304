"""A tab of headless Chromium, driven as people drive one: by what they read and by the fields they see."""

from __future__ import annotations

import contextlib
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.product import ROOT, Product

WIDTHS = {"phone": 360, "desktop": 1280}
PICTURES = ROOT / "artifacts" / "journeys"


class Tab:
    """One device. `said` is what the console said; it has to stay empty."""

    def __init__(self, chromium: Browser, product: Product, *, journey: str, device: str) -> None:
        self.product = product
        self.context = chromium.new_context(viewport={"width": WIDTHS[device], "height": 800}, locale="ja-JP")
        self.tab: Page = self.context.new_page()
        self.tab.set_default_timeout(15_000)
        self.said: list[str] = []
        self.tab.on("console", self._hear)
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.pictures = PICTURES / f"{journey}-{device}"
        self.number = 0

    def _hear(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.said.append(f"{self.tab.url}: {message.text}")

    @property
    def name(self) -> str | None:
        return self.tab.locator("html").get_attribute("data-page")

    def open(self, url: str) -> None:
        self.tab.goto(url)
        self.look()

    def go(self, site: str, label: str) -> None:
        self.open(self.product.url(site))
        self.follow(label)

    def follow(self, label: str) -> None:
        self._leave(self.tab.locator("a, button").filter(has_text=label).first)

    def press(self, action: str, **typed: str) -> None:
        for name, value in typed.items():
            self._fill(name.replace("__", "-"), value)
        self._leave(self.tab.locator(f'button[name="action"][value="{action}"]').first)

    def _fill(self, name: str, value: str) -> None:
        control = self.tab.locator(f'[name="{name}"]').first
        match control.evaluate("node => node.tagName == 'SELECT' ? 'select' : node.type"):
            case "select":
                control.select_option(value)
            case "radio":
                self.tab.locator(f'[name="{name}"][value="{value}"]').check(force=True)
            case _:
                control.fill(value)

    def type_code(self, to: str) -> None:
        self.press("verify_code", code=self.code(to))

    def code(self, to: str) -> str:
        while not (code := self.product.outbox.take(to)["code"]):
            pass
        return code

    def look(self) -> None:
        """Keep a picture; the page must fit the screen's width and must have met no policy."""
        self.tab.wait_for_load_state("load")
        self.number += 1
        where = self.name or "client"
        self.tab.screenshot(path=self.pictures / f"{self.number:02}-{where}.png", full_page=True)
        width = self.tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"{self.tab.url} is wider than the screen"
        assert self.said == [], "\n".join(self.said)

    def claims(self) -> dict[str, str]:
        shown = self.tab.locator("[data-claim]")
        return {n.get_attribute("data-claim"): n.text_content().strip() for n in shown.all()}

    def close(self) -> None:
        self.context.close()

    def _leave(self, button) -> None:
        with self.tab.expect_navigation(wait_until="load"):
            button.click()
        self.look()


def clear(folder: Path) -> None:
    """Pictures of an earlier run say nothing about this one."""
    with contextlib.suppress(FileNotFoundError):
        for picture in folder.glob("*/*.png"):
            picture.unlink()
