"""Tests stay on this machine."""

import socket

import pytest


def test_a_connection_to_another_machine_fails_the_test() -> None:
    with socket.socket() as sock, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        sock.connect(("192.0.2.1", 443))  # an address kept for documentation: nobody has it


def test_a_connection_to_loopback_goes_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as sock:
        assert sock.getpeername() == server.getsockname()
