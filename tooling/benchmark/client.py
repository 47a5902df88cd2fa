"""A small HTTP client and load generator. It shares the cores with the server it measures, so rates are
to be read side by side with the bare views' and not alone."""

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

# As behind the TLS proxy of a real installation.
BROWSER = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Response:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def request_bytes(
    path: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    fields = BROWSER | (headers or {}) | {"Connection": "close"}
    if body:
        fields["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def fetch(
    port: int,
    path: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> Response:
    raw = exchange(port, request_bytes(path, method=method, headers=headers, body=body))
    head, _, content = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    parsed = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    return Response(int(first.split()[1]), parsed, content)


def hidden_fields(page: str) -> dict[str, str]:
    """What a form carries unseen, such as its token against forgery."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        found[attributes["name"]] = attributes.get("value", "")
    return found


@dataclass
class Visitor:
    """One person's browser: it keeps cookies and knows how to send a form."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Response:
        return self._remember(fetch(self.port, path, headers=self._headers()))

    def page(self, path: str) -> str:
        response = self.get(path)
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        zipped = response.header("content-encoding") == "gzip"
        return (gzip.decompress(response.body) if zipped else response.body).decode()

    def post(self, path: str, values: Mapping[str, str | list[str]]) -> Response:
        headers = {
            **self._headers(),
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "https://127.0.0.1",
            "Referer": "https://127.0.0.1/",
        }
        body = urlencode(values, doseq=True).encode()
        return self._remember(fetch(self.port, path, method="POST", headers=headers, body=body))

    def _headers(self) -> dict[str, str]:
        if not self.cookies:
            return {}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _remember(self, response: Response) -> Response:
        for name, value in response.headers:
            if name.lower() == "set-cookie" and (found := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[found[1]] = found[2]
        return response


def where_to(response: Response) -> str:
    """The path a redirect leads to."""
    if response.status not in {302, 303}:
        text = re.sub(r"<[^>]+>|\s+", " ", response.body.decode(errors="replace"))
        raise RuntimeError(f"A form was answered with {response.status}: {text[:2000]}")
    return urlsplit(response.header("location")).path


def repeat(act: Callable[[], object], *, seconds: float, clients: int) -> float:
    """How often per second `act` is done when `clients` do it over and over. Its errors are raised."""
    done: list[int] = []
    failed: list[BaseException] = []
    end = time.monotonic() + seconds

    def client() -> None:
        count = 0
        try:
            while time.monotonic() < end and not failed:
                act()
                count += 1
        except Exception as error:
            failed.append(error)
        done.append(count)

    started = time.monotonic()
    all_at_once([client] * clients)
    if failed:
        raise failed[0]
    return sum(done) / (time.monotonic() - started)


def all_at_once(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
