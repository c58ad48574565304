"""A port in use is told in one sentence, with the command that gets round it."""

from __future__ import annotations

import socket
import threading

import pytest

from idp.cli.ports import PortsInUse, check_ports, is_ready


@pytest.fixture
def listener():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


def port_of(listening):
    return listening.getsockname()[1]


def test_free_ports_pass(listener):
    port = port_of(listener)
    listener.close()
    check_ports(port, {0: "provider"}, command="make run")


def test_a_port_in_use_is_named_with_the_command_to_run(listener):
    port = port_of(listener)
    with pytest.raises(PortsInUse) as refused:
        check_ports(port - 1, {1: "portal"}, command="make run")
    sentence = str(refused.value)
    assert sentence.startswith(f"Port {port} (portal) is in use by another program: run `SEKISHO_PORT_BASE=")
    assert sentence.endswith(" make run`.")


def test_the_command_names_ports_that_are_free(listener):
    with pytest.raises(PortsInUse) as refused:
        check_ports(port_of(listener), {0: "provider"}, command="make run")
    check_ports(int(str(refused.value).split("SEKISHO_PORT_BASE=")[1].split()[0]), {0: "provider"}, command="make run")


def test_a_port_that_is_let_go_in_a_moment_is_waited_for(listener):
    threading.Timer(0.3, listener.close).start()
    check_ports(port_of(listener), {0: "provider"}, command="make run")


@pytest.mark.parametrize(("status", "ready"), [("200 OK", True), ("503 Service Unavailable", False)])
def test_ready_is_what_answers_200(listener, status, ready):
    def answer():
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(f"HTTP/1.0 {status}\r\n\r\n".encode())

    threading.Thread(target=answer, daemon=True).start()
    assert is_ready(port_of(listener), "/readyz") is ready


def test_nobody_there_is_not_ready(listener):
    port = port_of(listener)
    listener.close()
    assert not is_ready(port, "/readyz")
