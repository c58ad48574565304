"""`requests` without a network: sessions that talk to a WSGI application in this very process, cookies included."""

from __future__ import annotations

import http.client
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from werkzeug.test import Client


class InProcess(BaseAdapter):
    """Hands requests to the application and its answers back."""

    def __init__(self, application: Any) -> None:
        super().__init__()
        self._client = Client(application, use_cookies=False)

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        """One request; timeouts, proxies and certificates mean nothing here."""
        sent = self._client.open(
            request.url, method=request.method, headers=list(request.headers.items()), data=request.body
        )
        message = http.client.HTTPMessage()
        for name, value in sent.headers:
            message[name] = value
        raw = HTTPResponse(
            body=BytesIO(sent.get_data()),
            headers=list(sent.headers),
            status=sent.status_code,
            original_response=SimpleNamespace(msg=message, isclosed=lambda: True, close=lambda: None),
            preload_content=False,
        )
        answer = requests.Response()
        answer.status_code, answer.raw, answer.request, answer.url = sent.status_code, raw, request, str(request.url)
        answer.headers.update(raw.headers)
        answer.encoding = requests.utils.get_encoding_from_headers(answer.headers)
        requests.cookies.extract_cookies_to_jar(answer.cookies, request, raw)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def session_on(application: Any) -> requests.Session:
    """A session for which the application is every http address."""
    session = requests.Session()
    session.mount("http://", InProcess(application))
    return session
