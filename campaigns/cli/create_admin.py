"""The first administrator."""

import secrets

import click
from flask.cli import with_appcontext

from campaigns.account import queries
from campaigns.account import rules as account
from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind, Role
from campaigns.kit import db
from campaigns.kit.errors import Refused

PLATFORM = ("Vouch", "vouch")


def _platform() -> Organisation:
    name, slug = PLATFORM
    found = db.session.scalars(queries.organisation(OrganisationKind.PLATFORM, slug)).one_or_none()
    return found or account.create_organisation(OrganisationKind.PLATFORM, name)


@click.command("create-admin")
@click.argument("email")
@click.option("--name", default="Administrator", show_default=True, help="How the person is called.")
@click.option("--ask-password", is_flag=True, help="Type a password instead of having one made.")
@with_appcontext
def create_admin(email: str, name: str, ask_password: bool) -> None:
    """Make EMAIL an administrator of Vouch, with a new account where there is none."""
    made = "" if ask_password else secrets.token_urlsafe(15)
    try:
        with db.transaction():
            user = db.session.scalars(queries.by_email(email)).one_or_none()
            new = user is None
            if user is None:
                password = made or click.prompt("Password", hide_input=True, confirmation_prompt=True)
                user = account.create_user(name, email, password)
            account.grant(user, _platform(), Role.ADMINISTRATOR)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{user.email} is an administrator; a second factor is asked for at the first sign-in.")
    if new and made:
        click.echo(f"Password: {made}")
