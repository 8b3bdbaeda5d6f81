"""Recomputing what is kept beside campaigns from the updates themselves."""

from campaigns.kit import db
from campaigns.update import queries


def problems() -> list[str]:
    """Campaigns whose number of updates is not that of the published ones."""
    rows = db.session.execute(queries.wrong_counts())
    return [f"{slug}: counts {kept} updates, has {real}" for slug, kept, real in rows]
