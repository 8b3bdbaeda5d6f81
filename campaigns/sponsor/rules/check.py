"""What `flask check` asks of companies."""

from campaigns.kit import db
from campaigns.sponsor import queries


def problems() -> list[str]:
    """Proposals that were approved and led to no pledge of their own."""
    return [f"proposal {number}: its pledge is another's" for number in db.session.scalars(queries.broken_proposals())]
