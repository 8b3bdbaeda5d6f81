"""What no longer adds up in what was issued."""

from campaigns.billing.queries import figures
from campaigns.kit import crypto, db


def problems() -> list[str]:
    """Gaps in a series, sums that are none, more taken back than was invoiced, words that were changed."""
    run = db.session.execute
    return [
        *(f"{kind}s of {org} in {year}: {count} up to {last}" for org, kind, year, last, count in run(figures.gaps())),
        *(f"document {id_}: says {said}, its lines {real}" for id_, said, real in run(figures.wrong_sums())),
        *(f"invoice line {id_}/{line}: {over} too much taken back" for id_, line, over in run(figures.over_credited())),
        *(f"instalment {id_}: stands on {count} invoices" for id_, count in run(figures.invoiced_twice())),
        *(f"document {id_}: not what was issued" for id_ in _changed()),
    ]


def _changed() -> list[int]:
    rows = db.session.execute(figures.contents().execution_options(yield_per=500))
    return [id_ for id_, kept, content in rows if content is None or crypto.digest(content) != kept]
