"""`make run`: the whole of Vouch on one machine. Web and worker are started, and stopped, together.

With STRIPE=fake a stand-in for Stripe runs beside them, so that cards can be tried; no money moves.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import click

HOST = "127.0.0.1"
SECONDS_TO_START = 600  # the first time sample data are made
SECONDS_TO_STOP = 20
FAKE_STRIPE = "tests.fakes.stripe"
WEBHOOK_SECRET = "whsec_fake"  # noqa: S105 - of the stand-in, which runs on this machine only
DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


class Stopped(Exception):
    """Somebody asked for the end."""


def environment(port: int, metrics: str) -> dict[str, str]:
    """What web and worker run with: what is given, and otherwise what a developer's machine wants."""
    given = {"VOUCH_ENV": "development", "PUBLIC_URL": f"http://{HOST}:{port}", "PROMETHEUS_MULTIPROC_DIR": metrics}
    return {"PYTHONUNBUFFERED": "1", **given, **os.environ}


def wants_fake() -> bool:
    """Whether the stand-in for Stripe is asked for."""
    return os.environ.get("STRIPE") == "fake"


def fake_settings(port: int) -> dict[str, str]:
    """What makes Vouch talk to the stand-in, which listens on `port`."""
    return {
        "STRIPE_SECRET_KEY": "sk_test_fake",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": f"http://{HOST}:{port}",
        "CARD_FEES": "1.5% + 0.25 EUR",
        "STRIPE_CONNECT": "true",
    }


def fake_command(port: int, vouch: str) -> list[str]:
    """The stand-in for Stripe, whose events reach Vouch at its address; what it knows is kept beside the database."""
    to = [f"--webhook-url={vouch}/webhooks/stripe", f"--webhook-secret={WEBHOOK_SECRET}"]
    folder = Path(os.environ.get("INSTANCE_PATH") or "instance")
    return [sys.executable, "-m", FAKE_STRIPE, f"--port={port}", *to, f"--keep={folder / 'fake-stripe.pickle'}"]


def web_command(port: int) -> list[str]:
    """Gunicorn with two workers; the app is made once, with its tables and sample data, before they are forked."""
    options = ["--preload", "--workers=2", "--worker-class=sync", f"--bind={HOST}:{port}", "--no-control-socket"]
    quiet = ["--log-level=warning", "--graceful-timeout=10", "--timeout=30"]
    return [sys.executable, "-m", "gunicorn", *options, *quiet, "campaigns.cli.prepare:prepared()"]


def worker_command() -> list[str]:
    """The worker, as anywhere else."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches it through us, once."""
    return subprocess.Popen(  # noqa: S603 - our own words
        command, env=env, start_new_session=True, preexec_fn=_die_with_parent
    )


def is_ready(url: str) -> bool:
    """Whether the web answers."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 - http, and our own
            return True
    except OSError:
        return False


def wait_until(done: Callable[[], bool], *, within: float, alive: subprocess.Popen[bytes]) -> bool:
    """Whether it was done in time, and before the program ended."""
    end = time.monotonic() + within
    while time.monotonic() < end and alive.poll() is None:
        if done():
            return True
        time.sleep(0.05)
    return False


def stop(programs: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to end; end what does not."""
    for program in programs:
        if program.poll() is None:
            program.terminate()
    for program in programs:
        try:
            program.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def is_free(port: int) -> bool:
    """Whether nobody listens on the port yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def ports(port: int) -> list[int]:
    """Vouch's own port and, where it is asked for, the next one for the stand-in for Stripe."""
    return [port, port + 1] if wants_fake() else [port]


def serve(port: int, programs: list[subprocess.Popen[bytes]], metrics: str) -> int:
    """Start both, say where Vouch is, and stay until one of them ends; returns the exit status."""
    env, url = environment(port, metrics), f"http://{HOST}:{port}"
    if wants_fake():
        stripe = port + 1
        env |= fake_settings(stripe)
        programs.append(start(fake_command(stripe, url), env))
        click.echo(f"\n  A stand-in for Stripe is at {env['STRIPE_API_BASE']}; no money moves.")
    web = start(web_command(port), env)
    programs.append(web)
    if not wait_until(lambda: is_ready(url), within=SECONDS_TO_START, alive=web):
        click.echo("Vouch did not start; what went wrong stands above.", err=True)
        return 1
    programs.append(start(worker_command(), env))
    click.echo(f"\n  Vouch is at {url}\n  Its mail lands at {url}/dev/inbox\n  Ctrl-C stops it.\n")
    while all(program.poll() is None for program in programs):
        time.sleep(0.2)
    click.echo("A part of Vouch has ended, so all of it stops.", err=True)
    return 1


def _stop_now(*_: object) -> None:
    raise Stopped()


def main() -> int:
    """Run until Ctrl-C, SIGTERM or SIGHUP. Returns the exit status."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        click.echo(f"PORT is no port: {given}", err=True)
        return 1
    port = int(given)
    taken = next((each for each in ports(port) if not is_free(each)), None)
    if taken is not None:
        click.echo(f"Port {taken} is taken. Choose another one: PORT={taken + 1} make run", err=True)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_now)
    programs: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(prefix="vouch-metrics-") as metrics:
        try:
            return serve(port, programs, metrics)
        except Stopped:
            click.echo("\nStopping…")
            return 0
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            stop(programs)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    sys.exit(main())
