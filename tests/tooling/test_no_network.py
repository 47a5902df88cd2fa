import socket
import urllib.request

import pytest

from tests.no_network import NetworkUsed, is_local


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "", None])
def test_this_machine_is_local(host: str | None) -> None:
    assert is_local(host) is True


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1", "localhost.example"])
def test_other_machines_are_not(host: str) -> None:
    assert is_local(host) is False


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as connection, pytest.raises(NetworkUsed):
        connection.connect(("192.0.2.1", 80))


def test_a_look_up_is_refused() -> None:
    with pytest.raises(NetworkUsed):
        urllib.request.urlopen("http://example.org/")


def test_the_loopback_address_is_reachable() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as connection,
    ):
        assert connection.getpeername() == server.getsockname()
