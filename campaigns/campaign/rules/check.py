"""What `flask check` asks of campaigns."""

from campaigns.campaign import queries
from campaigns.kit import db


def problems() -> list[str]:
    """Campaigns whose goal is not the sum of their budget lines."""
    return [
        f"{slug}: asks for {kept}, its lines add up to {real}"
        for slug, kept, real in db.session.execute(queries.wrong_goals())
    ]
