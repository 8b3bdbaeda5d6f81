"""Running Vouch's own programs, as a person at a terminal does."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from campaigns.config import ROOT


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A running program whose words can be waited for."""

    def __init__(self, *args: str, **env: object) -> None:
        given = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
        self.process = subprocess.Popen(
            [sys.executable, *args],
            cwd=ROOT,
            env=given | {"PYTHONUNBUFFERED": "1"} | {name: str(value) for name, value in env.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self._guard = threading.Timer(120, self.process.kill)
        self._guard.start()

    def wait_for(self, words: str) -> str:
        """Read on until a line has these words; fail with all that was said where none has."""
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"never said {words!r}:\n{''.join(self.said)}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, read the rest; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.said += self.process.stdout.readlines()
        status = self.process.wait(60)
        self.close()
        return status

    def close(self) -> None:
        """End it where it has not ended."""
        self._guard.cancel()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def children_of(pid: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found |= {int(stat.parent.name)} | children_of(int(stat.parent.name))
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that are still there, zombies apart."""
    running = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            running.add(pid)
    return running
