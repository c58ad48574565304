"""`make run` without make: what starts, what is printed, what survives a kill, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import stat
import time

import psutil
import pytest
import requests

from tests.browser import Browser
from tests.product import PORTS

HANAKO = {"email": "hanako@example.jp", "password": "Sakura-2026!"}
PHONE = "+819012345678"

pytestmark = pytest.mark.slow


def descendants(product):
    return psutil.Process(product.process.pid).children(recursive=True)


def command_of(process):
    return " ".join(process.cmdline())


def sign_in(product, browser):
    browser.open(product.url("portal"))
    browser.follow("サインイン")
    browser.press("continue", **HANAKO)
    browser.press("sms")
    code = product.outbox.code(PHONE)
    page = browser.press("verify_code", code=code)
    assert page.url == product.url("portal"), page.text
    return code


def still_there(processes):
    """Those that have not ended within a moment; ended ones that nobody has asked after do not count."""
    _, alive = psutil.wait_procs(processes, timeout=1)
    return [command_of(process) for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("name", [name for name in PORTS if name not in {"provider", "registry"}])
def test_each_address_that_is_printed_answers(product, name):
    assert f"http://localhost:{product.base + PORTS[name]}/" in product.log
    assert requests.get(product.url(name), timeout=5).status_code == 200


def test_the_issuer_is_where_it_says_it_is(product):
    known = requests.get(product.url(path="/.well-known/openid-configuration"), timeout=5).json()
    assert known["issuer"] == product.url(path="")


def test_everything_listens_on_the_loopback_address_only(product):
    listening = [c for p in descendants(product) for c in p.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_nothing_secret_is_printed(product):
    browser = Browser()
    code = sign_in(product, browser)
    cookies = [cookie.value for cookie in browser.http.cookies if not cookie.name.endswith("_locale")]
    secrets = [HANAKO["password"], code, "portal-secret", "wallet-secret", *cookies]
    assert [secret for secret in secrets if secret and secret in product.log] == []
    assert re.findall(r"http: GET .*\?.*", product.log) == []


def test_a_caller_cannot_draw_on_the_terminal(product):
    with socket.create_connection(("127.0.0.1", product.base)) as connection:
        connection.sendall(b"GET /a%1b%5b31m%0d%0afalse%20line HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(4000)
    wait_until(lambda: "false line" in product.log)
    assert [letter for letter in product.log if ord(letter) < 32 and letter != "\n"] == []
    assert not [line for line in product.log.splitlines() if line.startswith("false line")]


def keys_of(product):
    return requests.get(product.url(path="/jwks"), timeout=5).json()


def test_a_kill_ends_everything_and_it_starts_again_at_once_with_all_it_knew(own_product):
    own_product.start()
    sign_in(own_product, Browser())
    messages, keys, processes = own_product.outbox.messages(), keys_of(own_product), descendants(own_product)
    own_product.kill()
    own_product.start()
    assert own_product.outbox.messages() == messages
    assert keys_of(own_product) == keys
    assert still_there(processes) == []


def test_what_is_secret_is_private_to_its_owner(product):
    kept = [path for name in ("keys", "var") for path in (product.folder / name).iterdir() if path.is_file()]
    assert kept
    assert [path.name for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_kill_of_every_process_is_no_different(own_product):
    own_product.start()
    for process in descendants(own_product):
        process.kill()
    own_product.kill()
    own_product.start()
    sign_in(own_product, Browser())


def test_a_signal_ends_everything_in_good_order(own_product):
    own_product.start()
    processes = descendants(own_product)
    assert own_product.end(signal.SIGTERM) == 0
    assert still_there(processes) == []
    assert "Traceback" not in own_product.log


@pytest.mark.parametrize(("part", "named"), [("demo_provider", "The provider"), ("idp.demo all", "One of the samples")])
def test_a_part_that_dies_is_named_and_ends_everything(own_product, part, named):
    own_product.start()
    processes = descendants(own_product)
    next(process for process in processes if part in command_of(process)).kill()
    assert own_product.process.wait(15) == 1
    own_product.process = None
    assert f"{named} has ended by itself (signal 9), so everything was stopped." in own_product.log
    assert still_there(processes) == []


def test_a_port_in_use_is_one_sentence_with_the_command_to_run(own_product):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", own_product.base + PORTS["app"]))
        other.listen()
        with pytest.raises(RuntimeError):
            own_product.start()
    assert own_product.process.wait(10) == 1
    own_product.process = None
    sentence = f"Port {own_product.base + PORTS['app']} (app) is in use by another program: run `SEKISHO_PORT_BASE="
    assert own_product.log.startswith(sentence)
    assert len(own_product.log.strip().splitlines()) == 1
