"""A browser without JavaScript, as small as the tests need it: pages, forms, links, cookies, redirects.

Like real ones it keeps one jar for all ports of localhost, sends `Secure` cookies over https only, and tells a POST's
origin. It knows nothing of the product but `data-page`, `data-message` and `name="action"`.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import requests

from tests.page_tree import Node, Tree

REDIRECTS = {301, 302, 303, 307, 308}


class Page:
    """One answer. `name` is its `data-page`; `problem` the `data-message` of its first problem."""

    def __init__(self, answer: requests.Response, url: str) -> None:
        self.answer, self.url, self.status = answer, url, answer.status_code
        self.root = Tree(answer.text if "html" in answer.headers.get("Content-Type", "") else "").root
        html = next(iter(self.root.all("html")), self.root).attributes
        self.name, self.flow, self.language = html.get("data-page"), html.get("data-flow"), html.get("lang")
        self.text = self.root.text
        self.problems = [node.attributes.get("data-message") for node in self.root.all(role="alert")]
        self.problem = self.problems[0] if self.problems else None
        self.errors = [n.attributes["data-error"] for n in self.root.walk() if "data-error" in n.attributes]

    @property
    def form(self) -> Node:
        return next(form for form in self.root.all("form") if form.attributes.get("method", "").lower() == "post")

    def buttons(self) -> list[str]:
        """The actions that can be pressed, the primary one first."""
        pressable = [node for node in self.root.all("button", name="action") if "disabled" not in node.attributes]
        return [node.attributes.get("value", "") for node in pressable]

    def values(self, form: Node | None = None) -> dict[str, str]:
        """What the form would send, buttons aside."""
        values = {}
        for node in (form or self.form).all("input", "select", "textarea"):
            kind, name = node.attributes.get("type", "text"), node.attributes.get("name")
            unchecked = kind in {"checkbox", "radio"} and "checked" not in node.attributes
            if (
                name
                and not unchecked
                and kind not in {"submit", "button", "image"}
                and "disabled" not in node.attributes
            ):
                values[name] = value_of(node)
        return values


def value_of(node: Node) -> str:
    if node.tag == "textarea":
        return "".join(child for child in node.children if isinstance(child, str)).removeprefix("\n")
    if node.tag == "select":
        options = node.all("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        return chosen[0].attributes.get("value", chosen[0].text) if chosen else ""
    return node.attributes.get("value", "on" if node.attributes.get("type") in {"checkbox", "radio"} else "")


def form_of(button: Node) -> Node:
    """The form a button submits: the one it names (`form="id"`), else the one around it."""
    if name := button.attributes.get("form"):
        root = button
        while root.parent is not None:
            root = root.parent
        return root.all("form", id=name)[0]
    form = button
    while form.tag != "form":
        form = form.parent
    return form


class Browser:
    """One browser, or with `cookies_of` another tab of one."""

    def __init__(self, *, language: str = "ja", cookies_of: Browser | None = None) -> None:
        self.http = cookies_of.http if cookies_of else requests.Session()
        self.http.headers.update({"Accept-Language": language, "Accept": "text/html", "User-Agent": "Mozilla/5.0"})
        self.page: Page = None  # type: ignore[assignment]  # nothing is open yet

    def open(self, url: str) -> Page:
        return self.send("GET", url)

    def press(self, action: str, **typed: str) -> Page:
        """Fill fields (`birth_date__year` is `birth_date-year`) and press the button with that action."""
        buttons = [
            node for node in self.page.root.all("button", name="action") if node.attributes.get("value") == action
        ]
        pressable = [node for node in buttons if "disabled" not in node.attributes]
        assert pressable, f"no button {action} on {self.page.name}: {self.page.buttons()} ({self.page.text[:300]})"
        return self.submit(pressable[0], typed)

    def submit(self, button: Node, typed: dict[str, str]) -> Page:
        form = form_of(button)
        values = self.page.values(form) | {name.replace("__", "-"): value for name, value in typed.items()}
        if name := button.attributes.get("name"):
            values[name] = button.attributes.get("value", "")
        url = urljoin(self.page.url, form.attributes.get("action") or self.page.url)
        return self.send(form.attributes.get("method", "get").upper(), url, values)

    def follow(self, label: str) -> Page:
        """Press the link or button that a person reads as `label`."""
        for node in self.page.root.all("a", "button"):
            if node.text == label:
                return (
                    self.open(urljoin(self.page.url, node.attributes["href"]))
                    if node.tag == "a"
                    else self.submit(node, {})
                )
        raise AssertionError(f"nothing reads {label!r} on {self.page.url}: {self.page.text[:300]}")

    def send(self, method: str, url: str, values: dict[str, str] | None = None) -> Page:
        headers = {"Origin": "{0.scheme}://{0.netloc}".format(urlsplit(self.page.url))} if method == "POST" else {}
        for _ in range(20):
            sent = {"params": values} if method == "GET" else {"data": values}
            answer = self.http.request(method, url, **sent, headers=headers, allow_redirects=False, timeout=20)
            self.page = Page(answer, answer.url)
            if answer.status_code not in REDIRECTS:
                return self.page
            url = urljoin(answer.url, answer.headers["Location"])
            if answer.status_code not in {307, 308}:
                method, values, headers = "GET", None, {}
            if not url.startswith("http"):
                self.page.url = url
                return self.page
        raise AssertionError(f"redirected for ever: {url}")
