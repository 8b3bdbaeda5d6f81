"""The app with its tables up to date and, on a new machine, with sample data: what `make run` serves."""

import gc
from importlib import import_module

import click
import flask_migrate

from campaigns.kit import db
from campaigns.kit.web import VouchApp


def prepared() -> VouchApp:
    """Bring the tables up to date and fill an empty database with sample data; returns the app."""
    # What is loaded now stays until the end. Looking for garbage in it costs a fifth of the start, and
    # at the end of each process nearly a second.
    gc.disable()
    app: VouchApp = import_module("wsgi").app
    with app.app_context():
        _fill(app)
        db.session.remove()
        # Whoever is forked from here opens connections of its own.
        db.sql.engine.dispose()
        app.extensions["queue"].storage.close()
    gc.freeze()
    gc.enable()
    return app


def _fill(app: VouchApp) -> None:
    flask_migrate.upgrade()
    demo = app.cli.commands.get("demo")
    if isinstance(demo, click.Command):
        demo.main(args=["--if-empty"], standalone_mode=False)
