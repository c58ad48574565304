"""The whole product as processes, started by `sekisho demo` in a copy of the sample site, and its development outbox."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]
SITE = ("site.yaml", "clients.yaml", "attributes.yaml", "flows", "locales", "templates")
PORTS = {"provider": 0, "portal": 1, "guide": 2, "app": 3, "wallet": 4, "registry": 5}
TRIAL_PORT = 6
GREETING = "Ctrl-C ends it."
PATIENCE = 60


def copy_site(folder: Path) -> Path:
    """The sample site without `var/` and `keys/`, which belong to the checkout."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SITE:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, folder / name)
    return folder


def free_base(first: int) -> int:
    """The first port base from `first` on whose ports nobody uses."""
    return next(base for base in range(first, first + 900, 10) if all(is_free(base + n) for n in range(TRIAL_PORT + 1)))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Product:
    """`sekisho demo` in a folder, on ports of its own. `log` is all it ever printed."""

    ports = PORTS

    def __init__(self, folder: Path, base: int) -> None:
        self.folder, self.base = folder, base
        self.process: subprocess.Popen[bytes] | None = None
        self.log_file = folder / "demo.log"
        self.outbox = Outbox(self)

    def url(self, name: str = "provider", path: str = "/") -> str:
        return f"http://localhost:{self.base + self.ports[name]}{path}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    def start(self, **environment: str) -> Product:
        """Start, and wait until a person could begin: every process answers."""
        command = [sys.executable, "-m", "idp", "demo", "--site", str(self.folder), "--end-with", str(os.getpid())]
        known = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
        known |= {"SEKISHO_PORT_BASE": str(self.base)} | environment
        seen = len(self.log)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=known, cwd=self.folder
            )
        self.wait_until_ready(seen)
        return self

    def wait_until_ready(self, seen: int) -> None:
        end = time.monotonic() + PATIENCE
        while not (GREETING in self.log[seen:] and all(not is_free(self.base + port) for port in self.ports.values())):
            if self.process is None or self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the product did not start:\n{self.log[-4000:]}")
            time.sleep(0.05)

    def stop(self) -> int:
        """End it as Ctrl-C does; the exit status."""
        return self.end(signal.SIGINT)

    def kill(self) -> int:
        """kill -9 of the process that a person started; the others find out by themselves."""
        return self.end(signal.SIGKILL)

    def end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        status, self.process = self.process.wait(20), None
        return status


class Outbox:
    """What was sent. `take` waits for what was not taken before."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.taken: set[str] = set()

    def messages(self, to: str | None = None) -> list[dict[str, str]]:
        """Newest first."""
        answer = requests.get(self.product.url(path="/dev/outbox.json"), params={"to": to} if to else None, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def untaken(self, to: str, channel: str | None = None) -> list[dict[str, str]]:
        return [m for m in self.messages(to) if m["id"] not in self.taken and channel in (None, m["channel"])]

    def take(self, to: str, channel: str | None = None, *, seconds: float = 10) -> dict[str, str]:
        """The newest message to an address that was not taken yet; older ones count as taken with it."""
        end = time.monotonic() + seconds
        while not (found := self.untaken(to, channel)):
            assert time.monotonic() < end, f"nothing came to {to}; there is {self.messages()[:5]}"
            time.sleep(0.05)
        self.taken |= {message["id"] for message in found}
        return found[0]

    def code(self, to: str, channel: str | None = None) -> str:
        return self.take(to, channel)["code"]

    def link(self, to: str) -> str:
        return self.take(to, "mail")["link"]
