"""Asking a server on this machine, over and over, for a bounded time: a connection a request, as gunicorn's
sync workers serve them. Raw sockets, so that the asking takes little of the machine that is measured."""

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """What a load showed. Times in milliseconds."""

    per_second: float
    p50: float
    p99: float
    statuses: dict[int, int]


def request(host: str, port: int, raw: bytes) -> bytes:
    """Send one request and read the whole answer."""
    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(raw)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def get(path: str, **headers: str) -> bytes:
    """A GET as bytes."""
    return message("GET", path, b"", **headers)


def message(method: str, path: str, body: bytes, **headers: str) -> bytes:
    """A request as bytes; header names are given with underscores."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += [f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def load(port: int, next_request: Callable[[], bytes], *, seconds: float, threads: int = 4) -> Figures:
    """Ask from several threads until the time is up."""
    times: list[float] = []
    statuses: dict[int, int] = {}
    lock = threading.Lock()
    end = time.perf_counter() + seconds

    def ask() -> None:
        for took, status in _asking(port, next_request, end):
            with lock:
                times.append(took)
                statuses[status] = statuses.get(status, 0) + 1

    workers = [threading.Thread(target=ask) for _ in range(threads)]
    begun = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = time.perf_counter() - begun
    cuts = statistics.quantiles(times, n=100)
    return Figures(len(times) / spent, cuts[49] * 1000, cuts[98] * 1000, statuses)


def _asking(port: int, next_request: Callable[[], bytes], end: float) -> Iterator[tuple[float, int]]:
    while time.perf_counter() < end:
        raw = next_request()
        begun = time.perf_counter()
        answer = request("127.0.0.1", port, raw)
        yield time.perf_counter() - begun, int(answer[9:12] or 0)
