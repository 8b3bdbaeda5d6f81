"""What `flask check` asks of orders."""

from campaigns.kit import db
from campaigns.remittance import queries


def problems() -> list[str]:
    """Orders that do not add up, and lines that do not belong to theirs."""
    run = db.session.execute
    return [
        *(
            f"order {reference}: {said}, its lines add up to {real}"
            for reference, said, real in run(queries.wrong_sums())
        ),
        *(f"order {reference}: instalment {number} is not its own" for reference, number in run(queries.strays())),
    ]
