"""Keeps the tests on this machine: a connection or look-up beyond the loopback address is an error."""

import functools
import ipaddress
import socket
from collections.abc import Callable
from typing import Any


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


def is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or host in {"", "localhost", socket.gethostname()}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_beyond(host: object) -> None:
    if not is_local(host):
        raise NetworkUsed(f"A test tried to reach {host!r}. Tests use no network.")


def _guarded_method(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(self: socket.socket, *arguments: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_beyond(arguments[-1][0])
        return original(self, *arguments)

    return method


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def lookup(host: object, *arguments: Any, **options: Any) -> Any:
        _refuse_beyond(host)
        return original(host, *arguments, **options)

    return lookup


def install() -> None:
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _guarded_method(getattr(socket.socket, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _guarded_lookup(getattr(socket, name)))
