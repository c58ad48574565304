"""Serves an application of a few lines: `python -m tests.cli.plain_server PORT`."""

from __future__ import annotations

import sys

from idp.cli.webserver import ServerPlan, serve

LARGE = 8_000_000


def application(environ, start_response):
    body = environ["wsgi.input"].read(100_000)
    if environ["PATH_INFO"] == "/large":
        answer = b"x" * LARGE
    else:
        words = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        answer = " ".join(words).encode() + b" " + body
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


if __name__ == "__main__":
    serve(ServerPlan(bind=f"127.0.0.1:{sys.argv[1]}", threads=4, ends_with_input=True), lambda: application)
