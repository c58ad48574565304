"""Servers that answer whatever a test says, and calls to them."""

import contextlib
import json
import socket
import threading
import time
from datetime import timedelta

from idp.config.site import Hook, HookType
from idp.providers.hooks import HttpHookCaller
from idp.providers.outbound import Outbound

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"


class Server:
    """Takes one request a connection, keeps it, and answers with whatever bytes the test says."""

    def __init__(self, answer=b"", context=None) -> None:
        self.answer, self.context, self.requests = answer, context, []
        self.is_closing = False
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection, contextlib.suppress(OSError):
                    self.converse(connection)

    def converse(self, connection):
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        data = connection.recv(65536)
        while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < int(
            self.header(data, b"content-length")
        ):
            if not (more := connection.recv(65536)):
                return
            data += more
        self.requests.append(data)
        parts = [self.answer] if isinstance(self.answer, bytes) else self.answer()
        for part in parts:
            if self.is_closing:
                return
            connection.sendall(part)
        connection.close()

    @staticmethod
    def header(data, name) -> bytes:
        lines = data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
        return {key.lower(): value.strip() for key, _, value in (line.partition(b":") for line in lines)}.get(
            name, b"0"
        )

    @property
    def url(self):
        return f"http://localhost:{self.port}/people?v=1"

    def sent(self):
        return json.loads(self.requests[-1].partition(b"\r\n\r\n")[2])


DEVELOPMENT = Outbound(is_development=True)
PRODUCTION = Outbound(is_development=False)


def good(value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return GOOD % (len(body), body)


def hook(server, *, seconds=1.0, secret=None, reply=None, send=None):
    reply = {"found": HookType.BOOL} if reply is None else reply
    send = {"email": HookType.TEXT} if send is None else send
    return Hook(
        name="registry", url=server.url, send=send, reply=reply, timeout=timedelta(seconds=seconds), secret=secret
    )


def call(declared, payload=None, outbound=None):
    caller = HttpHookCaller({"registry": declared}, outbound or DEVELOPMENT)
    return caller.call("registry", payload or {"email": "hanako@example.jp"}, idempotency_key="job-1")


def drip(head, pause=0.05):
    def answer():
        yield head
        while True:
            time.sleep(pause)
            yield b"x"

    return answer


SLOW = {
    "silent": lambda: iter(lambda: time.sleep(0.05) or b"", None),
    "status line": drip(b"HTTP/1.1 200 "),
    "headers": drip(b"HTTP/1.1 200 OK\r\nX-Long: "),
    "continues": lambda: iter(lambda: time.sleep(0.05) or b"HTTP/1.1 100 Continue\r\n\r\n", None),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n"),
    "no end": drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"),
}
