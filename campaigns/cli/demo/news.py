"""Sample updates: written by one person, read by another, published."""

from datetime import timedelta

from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.reading import UNRECOGNISABLE, readers
from campaigns.cli.demo.time import day
from campaigns.kit import crypto, db
from campaigns.update import rules

News = tuple[str, str]

TERM_BEGUN = (
    "The first term is paid",
    "The school has the fees for term 1, and has sent its receipt; the ledger shows both.\n\nAmber Heron keeps the "
    "attendance book again. *“I was there when the gate opened,”* she says.",
)
BOOKS = ("The set books are ordered", "The bookshop keeps the set books until the end of the week.")
BED = (
    "A bed, a desk, an hour to study",
    "The boarding house has taken River Plover in. The school's receipt is in the ledger.\n\nWhat an hour's walk "
    "was is an hour of study now.",
)
EXAM = (
    "Passed",
    "Silver Wren has passed the national examination with a **B+**, and thanks everybody whose name she will never "
    "learn.\n\nThis campaign closes: every cent is at the school, and every receipt is here.",
)


def draft(cast: Cast, campaign: Campaign, news: News, ago: int) -> None:
    """An update that waits for its readers."""
    with db.transaction(), day(ago):
        whole = db.session.scalars(queries.whole(campaign.id)).one()
        update = rules.create(whole, title=news[0], body=news[1], minor=True, once=crypto.token(), by=cast["Marta"])
        db.session.flush()
        rules.send_for_review(update, by=cast["Marta"])


def post(cast: Cast, campaign: Campaign, news: News, ago: int) -> None:
    """An update that was read and published."""
    with db.transaction(), day(ago):
        whole = db.session.scalars(queries.whole(campaign.id)).one()
        update = rules.create(whole, title=news[0], body=news[1], minor=True, once=crypto.token(), by=cast["Marta"])
        db.session.flush()
        rules.send_for_review(update, by=cast["Marta"])
    with db.transaction(), day(ago, later=timedelta(hours=3)):
        for reader in readers(cast, update.concerns_minor):
            rules.approve(update, seen=update.content_hash, answers=UNRECOGNISABLE, by=reader)
