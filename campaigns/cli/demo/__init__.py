"""`flask --app wsgi demo`: believable sample data, made by the same rules that people use."""

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from campaigns.account.models import User
from campaigns.cli.demo.people import PASSWORD
from campaigns.cli.demo.story import introductions, tell
from campaigns.kit import db


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people already.")
@with_appcontext
def demo(if_empty: bool) -> None:
    """Fill an empty development database with sample data."""
    if not current_app.config["DEVELOPMENT"]:
        raise click.ClickException("Sample data are for development only.")
    with db.reading():
        empty = db.session.scalars(sa.select(User.id).limit(1)).first() is None
        db.session.rollback()
    if empty:
        click.echo("Making sample data…")
        tell()
    elif not if_empty:
        raise click.ClickException("There are people in this database already; sample data need an empty one.")
    _say_who()


def _say_who() -> None:
    click.echo(f"\n  Sample people sign in with the password “{PASSWORD}”:")
    for user, role in introductions():
        click.echo(f"    {user:28} {role}")
    click.echo(f"  Their codes for the second factor are at {current_app.config['PUBLIC_URL']}/dev/people")
