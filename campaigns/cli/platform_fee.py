"""What Vouch asks of the payments to a community."""

from decimal import Decimal, InvalidOperation

import click
from flask.cli import with_appcontext

from campaigns.audit import rules as audit
from campaigns.community import queries as communities
from campaigns.kit import db

MOST = Decimal(20)


class Percent(click.ParamType[int]):
    """A share such as 1.5, of at most two places."""

    name = "percent"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """In hundredths of a percent."""
        try:
            share = Decimal(value) * 100
            right = 0 <= share <= MOST * 100 and share == int(share)
        except InvalidOperation:
            right = False
        if not right:
            self.fail(f"{value} is not between 0 and {MOST}, in hundredths at most", param, ctx)
        return int(share)


@click.command("platform-fee")
@click.argument("slug")
@click.argument("percent", type=Percent())
@with_appcontext
def platform_fee(slug: str, percent: int) -> None:
    """Ask PERCENT of every payment to the community SLUG from now on; the community owes it, no student pays it."""
    with db.transaction():
        community = db.session.scalars(communities.by_slug(slug)).one_or_none()
        if community is None:
            raise click.ClickException(f"There is no community {slug}.")
        community.platform_fee = percent
        audit.record(None, "community.platform_fee_set", community, rate=percent)
    click.echo(f"{community.name} owes {Decimal(percent) / 100} % of each payment.")
