"""Connections that are slow, silent, odd or many, and the honest ones beside them."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from idp.cli.arrival import MAX_HEAD, Arrival
from tests.cli.plain_server import LARGE
from tests.cli.test_serving import free_port

HEAD = b"POST /p HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CROWD = 60

WHOLE = [
    b"GET / HTTP/1.1\r\n\r\n",
    HEAD + b"\r\n",
    HEAD + b"Content-Length: 3\r\n\r\nabc",
    HEAD + b"content-length:3 \r\n\r\nabc",
    CHUNKED + b"3\r\nabc\r\n0\r\n\r\n",
    CHUNKED + b"a;x=y\r\n0\r\n\r\nabcde\r\n1\r\nf\r\n0\r\nTrailer: yes\r\n\r\n",
]


@pytest.mark.parametrize("length", [b"1000000000000000000", b"9" * 5000, b"abc", b"-1", b"1, 1", b"\xb2"])
def test_after_a_length_that_nobody_can_mean_nothing_is_read_as_another_request(length):
    arrival = Arrival(1000)
    head = b"POST /token HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\n"
    assert arrival.add(head + b"GET /healthz HTTP/1.1\r\n\r\n")
    assert (arrival.is_whole, arrival.is_too_large) == (False, True)


@pytest.mark.parametrize("request_", WHOLE)
def test_a_request_is_whole_with_its_last_byte_and_not_before(request_):
    arrival = Arrival(1000)
    for byte in request_[:-1]:
        assert not arrival.add(bytes([byte]))
    assert arrival.add(request_[-1:])
    assert arrival.is_whole
    assert Arrival(1000).add(request_ + b"GET /next")


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 1001\r\n\r\n",
        CHUNKED + b"FFFFFFFF\r\n",
        CHUNKED + b"1\r\na\r\n" * 300,
        b"GET /" + b"a" * MAX_HEAD,
    ],
)
def test_what_is_too_large_is_not_waited_for(request_):
    arrival = Arrival(1000)
    assert arrival.add(request_)
    assert arrival.is_too_large
    assert not arrival.is_whole


@pytest.mark.parametrize("size", [b"", b"x", b"-5", b"+1"])
def test_what_is_no_chunk_is_not_waited_for(size):
    assert Arrival(1000).add(CHUNKED + size + b"\r\n")


@pytest.fixture(scope="module")
def port():
    number = free_port()
    command = [sys.executable, "-m", "tests.cli.plain_server", str(number)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        end = time.monotonic() + 30
        while True:
            try:
                connect(number).close()
                break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.05)
        yield number
        process.terminate()
        assert process.wait(20) == 0


def connect(port, **options: int):
    connection = socket.socket()
    connection.settimeout(20)
    for name, value in options.items():
        connection.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    try:
        connection.connect(("127.0.0.1", port))
    except OSError:
        connection.close()
        raise
    return connection


def get(port, path="/"):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


def talk(port, *parts: bytes):
    """Say these parts one after the other; all that is answered before the connection ends."""
    with connect(port) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(0.05)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HTTP/1.1\r\nX-A: ", HEAD + b"Content-Length: 900\r\n\r\na=", CHUNKED + b"ff\r\n"],
    ids=["silent", "head", "body", "chunk"],
)
def test_slow_senders_keep_nobody_waiting(port, begun):
    over = threading.Event()
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(port)) for _ in range(CROWD)]

        def trickle():
            while not over.wait(0.2):
                for each in crowd if begun else ():
                    each.sendall(b"a")

        for each in crowd:
            each.sendall(begun)
        thread = threading.Thread(target=trickle)
        thread.start()
        stack.callback(thread.join)
        stack.callback(over.set)
        time.sleep(0.5)
        started = time.monotonic()
        answers = [get(port)[0] for _ in range(5)]
        took = time.monotonic() - started
    assert answers == [200] * 5
    assert took < 1


def test_of_too_many_connections_the_longest_silent_make_room(port):
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(port)) for _ in range(600)]
        started = time.monotonic()
        assert get(port)[0] == 200
        assert time.monotonic() - started < 1
        assert crowd[0].recv(1) == b""
        crowd[-1].sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert crowd[-1].recv(15) == b"HTTP/1.1 200 OK"


def test_slow_readers_keep_nobody_waiting(port):
    with ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connect(port, SO_RCVBUF=4096))
            connection.sendall(b"GET /large HTTP/1.1\r\nConnection: close\r\n\r\n")
        time.sleep(0.5)
        started = time.monotonic()
        assert get(port)[0] == 200
        assert time.monotonic() - started < 1
        assert sum(map(len, iter(lambda: connection.recv(1 << 20), b""))) > LARGE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begun", "answer"),
    [(b"", b""), (b"GET / HTTP/1.1\r\nX-A: ", b"HTTP/1.1 408 ")],
    ids=["silent", "head"],
)
def test_who_says_no_more_is_cut_off_after_ten_seconds(port, begun, answer):
    started = time.monotonic()
    assert talk(port, begun)[:13] == answer
    assert 9 < time.monotonic() - started < 14


def test_many_requests_at_once_are_all_answered(port):
    with ThreadPoolExecutor(64) as crowd:
        assert list(crowd.map(lambda _: get(port)[0], range(256))) == [200] * 256


def test_a_connection_answers_one_request_after_the_other(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        for number in range(1, 20):
            connection.request("POST", f"/{number}", body=b"a" * number)
            assert connection.getresponse().read() == b"POST /%d  " % number + b"a" * number
            assert connection.sock is not None


def test_requests_may_follow_before_they_are_answered(port):
    pair = HEAD + b"Content-Length: 3\r\n\r\nabc" + b"GET /q HTTP/1.1\r\nConnection: close\r\n\r\n"
    for at in range(0, len(pair), 7):
        said = talk(port, pair[:at], pair[at:])
        assert said.count(b"HTTP/1.1 200") == 2, said
        assert said.index(b"POST /p  abc") < said.index(b"GET /q")


def test_a_body_may_come_in_chunks_and_after_a_word(port):
    close = b"Connection: close\r\n\r\n"
    assert b"abcd" in talk(port, CHUNKED[:-2] + close, b"3\r\nabc\r\n1\r\nd", b"\r\n0\r\n\r\n")
    said = talk(port, HEAD + b"Expect: 100-continue\r\nContent-Length: 3\r\n" + close, b"xyz")
    assert said.startswith(b"HTTP/1.1 100 ")
    assert said.endswith(b"xyz")


def test_a_body_that_is_too_large_is_answered_before_it_has_come(port):
    said = talk(port, HEAD + b"Content-Length: 9000000\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")
    assert said.count(b"HTTP/1.1 200") == 1
    assert b"Connection: close" in said


def test_who_goes_away_half_way_is_no_trouble(port):
    for begun in (b"", b"GET /", HEAD + b"Content-Length: 3\r\n\r\n"):
        connect(port).close()
        with connect(port) as connection:
            connection.sendall(begun)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""
    assert get(port)[0] == 200


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: x\n\n\r\n\r\n", 400),
        (HEAD + b"Content-Length: abc\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
        (CHUNKED[:-2] + b"Content-Length: 3\r\n\r\n0\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: other\r\n\r\n", 501),
        (HEAD + b"Expect: wonders\r\n\r\n", 417),
        (HEAD + b"A: b\r\n" * 200 + b"\r\n", 431),
        (HEAD + b"A: " + b"b" * 9000 + b"\r\n\r\n", 431),
        (HEAD + b"A: " + b"b" * MAX_HEAD + b"\r\n\r\n", 431),
    ],
)
def test_a_request_that_cannot_be_read_is_one_for_the_page_about_it(port, said, status):
    wish = said.replace(b"\r\n", b"\r\nAccept-Language: en-GB,en;q=0.9\r\n", 1)
    assert b"GET /refused/%d en-GB,en;q=0.9" % status in talk(port, wish)
    answer = talk(port, said)
    assert b"GET /refused/%d " % status in answer
    assert b"Connection: close" in answer


def test_a_long_address_is_the_applications_own_affair(port):
    assert get(port, "/" + "a" * 20_000) == (200, b"GET /" + b"a" * 20_000 + b"  ")
