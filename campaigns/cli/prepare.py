"""The app with its tables up to date and, on a new machine, with sample data: what `make run` serves."""

import click
import flask_migrate

from campaigns.kit import db
from campaigns.kit.web import VouchApp
from wsgi import app


def prepared() -> VouchApp:
    """Bring the tables up to date and fill an empty database with sample data; returns the app."""
    with app.app_context():
        flask_migrate.upgrade()
        demo = app.cli.commands.get("demo")
        if isinstance(demo, click.Command):
            demo.main(args=["--if-empty"], standalone_mode=False)
        db.session.remove()
        # Whoever is forked from here opens connections of its own.
        db.sql.engine.dispose()
        app.extensions["queue"].storage.close()
    return app
