"""A browser for one sample application: it keeps cookies, follows redirects out to the provider, reads pages.

The application runs in this process through its WSGI door; the provider is reached over HTTP.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import requests

BASE = 9700


class Tab:
    """One tab; `another()` opens a second one with the same cookies, `stranger()` another browser."""

    def __init__(self, application, origin, client=None) -> None:
        self.application = application
        self.origin = origin
        self.client = client or application.test_client()
        self.page = None

    def another(self):
        return Tab(self.application, self.origin, self.client)

    def stranger(self):
        return Tab(self.application, self.origin)

    def get(self, path, **options: object):
        self.page = self.client.get(path, base_url=self.origin, **options)
        return self

    def post(self, path, data=None, **options: object):
        self.page = self.client.post(path, base_url=self.origin, data=data, **options)
        return self

    def press(self, path, **data: str):
        """Post a form of the page at hand."""
        return self.post(path, data | {"_csrf": self.token})

    def out(self, path="/login"):
        """Open a path that leaves for the provider; the address the provider sends the browser back to."""
        self.get(path)
        answer = requests.get(self.location, allow_redirects=False, timeout=5)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def back(self, address):
        """Come back from the provider and follow this application's own redirects."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == self.origin
        return self.get(f"{parts.path}?{parts.query}").follow()

    def sign_in(self, path="/login"):
        return self.back(self.out(path))

    def follow(self):
        while self.page.status_code in {302, 303, 307} and self.location.startswith(("/", self.origin)):
            self.get(self.location.removeprefix(self.origin))
        return self

    @property
    def location(self):
        return self.page.headers["Location"]

    @property
    def token(self):
        return re.search(r'name="_csrf" value="([^"]+)"', self.page.text).group(1)

    @property
    def error(self):
        found = re.search(r'data-error="([^"]+)"', self.page.text)
        return found.group(1) if found else None

    @property
    def claims(self):
        """What stands in each element with a `data-claim`."""
        found = re.findall(r'data-claim="([^"]+)">([^<]*)<', self.page.text)
        assert len(found) == len(dict(found)), "a claim stands twice on the page"
        return {name: unescape(value) for name, value in found}

    @property
    def links(self):
        """The address behind each link's text."""
        found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.page.text, re.DOTALL)
        plain = {re.sub(r"<[^>]+>", " ", text).strip(): unescape(href) for href, text in found}
        return {" ".join(text.split()): href for text, href in plain.items()}

    @property
    def buttons(self):
        return re.findall(r"<button[^>]*>([^<]*)</button>", self.page.text)
