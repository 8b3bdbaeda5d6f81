"""Recomputing what is kept beside campaigns and lines from the payments themselves."""

from campaigns.disbursement import queries
from campaigns.kit import db


def problems() -> list[str]:
    """What does not add up between payments, kept figures and the book."""
    found = [
        f"{slug}: disbursed {kept}, paid out {real}; proven {kept_proven}, receipted {real_proven}"
        for slug, kept, real, kept_proven, real_proven in db.session.execute(queries.campaign_sums())
    ]
    found += [
        f"line {line}: disbursed {kept}, paid out {real}; proven {kept_proven}, receipted {real_proven}"
        for line, kept, real, kept_proven, real_proven in db.session.execute(queries.line_sums())
    ]
    found += [
        f"{slug}: disbursed {kept}, {booked} at schools in the book"
        for slug, kept, booked in db.session.execute(queries.wrong_disbursed())
    ]
    found += [f"payment {ref} is not in the book" for ref in db.session.scalars(queries.unbooked())]
    return found + [f"the book has a payment {ref} of nobody's" for ref in db.session.scalars(queries.booked_alone())]
