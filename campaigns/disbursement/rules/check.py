"""Recomputing what is kept beside campaigns and lines from the payments themselves."""

from campaigns.disbursement import queries
from campaigns.disbursement.queries import sums
from campaigns.kit import db


def problems() -> list[str]:
    """What does not add up between payments, kept figures and the book."""
    found = [
        f"{slug}: disbursed {kept}, paid out {real}; proven {kept_proven}, receipted {real_proven}"
        for slug, kept, real, kept_proven, real_proven in db.session.execute(sums.campaign_sums())
    ]
    found += [
        f"line {line}: disbursed {kept}, paid out {real}; proven {kept_proven}, receipted {real_proven}"
        for line, kept, real, kept_proven, real_proven in db.session.execute(sums.line_sums())
    ]
    found += [
        f"{slug}: disbursed {kept}, {booked} at schools in the book"
        for slug, kept, booked in db.session.execute(sums.wrong_disbursed())
    ]
    found += [f"payment {ref} is not in the book" for ref in db.session.scalars(sums.unbooked())]
    found += [f"the book has a payment {ref} of nobody's" for ref in db.session.scalars(sums.booked_alone())]
    found += [
        f"payment {ref}: what came back is not what was recorded" for ref in db.session.scalars(sums.returns_differ())
    ]
    found += [f"file {ref} orders another sum than its payments" for ref in db.session.scalars(queries.wrong_batches())]
    found += [
        f"the card company is told to pay {ref} for nobody" for ref in db.session.scalars(sums.transfers_astray())
    ]
    found += [f"return {name} is not in the book" for name in db.session.scalars(sums.returns_unbooked())]
    return found + [
        f"the book has a return {name} of nobody's" for name in db.session.scalars(sums.returns_booked_alone())
    ]
