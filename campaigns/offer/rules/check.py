"""What no longer adds up between offers, budget lines and campaigns."""

from campaigns.kit import db
from campaigns.offer.queries import figures, matches


def problems() -> list[str]:
    """Kept figures of what is reserved that differ from the reservations."""
    run = db.session.execute
    return [
        *(f"campaign {slug}: kept {kept} reserved, real {real}" for slug, kept, real in run(figures.wrong_held())),
        *(
            f"budget line {id_}: kept {kept} reserved, real {real}"
            for id_, kept, real in run(figures.wrong_held_lines())
        ),
        *(f"budget line {id_}: kept {kept} given, real {real}" for id_, kept, real in run(figures.wrong_given())),
        *(f"offer {ref}: matches {matched} of at most {cap}" for ref, matched, cap in run(matches.above_cap())),
        *(f"reservation {ref}: of {due}, {real} in lines" for ref, due, real in run(figures.wrong_holds())),
    ]
