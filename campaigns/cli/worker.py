"""The worker: carries out what the web put off, and sweeps up every minute what got lost."""

import os
import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from campaigns.kit import queue

HEALTH_SECONDS = 10
LONGEST_PAUSE_SECONDS = 1.0  # between two looks at an empty queue


@click.command()
@with_appcontext
def worker() -> None:
    """Run the worker until SIGINT or SIGTERM; the job in hand is finished first."""
    stop = threading.Event()
    queue.run_all()
    consumer = current_app.extensions["queue"].create_consumer(workers=1, max_delay=LONGEST_PAUSE_SECONDS)
    consumer.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"The worker is at work (process {os.getpid()}).")
    while not stop.wait(HEALTH_SECONDS):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    click.echo("The worker has stopped.")
