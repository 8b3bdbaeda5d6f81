"""Publish while consent is withdrawn: `python -m bench.withdrawal_races [--rounds 200] [--database postgresql://…]`.

Each round one thread gives the second approval (of a campaign, of a revision, of an update, in turn) while another
takes back the consent to it. Whoever is first: nothing may be published after the withdrawal, and nothing be readable
once both are done. Prints how often each was first, and exits 1 where anything was published without consent.
"""

import argparse
import logging
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
import structlog

from bench.minors import make_team, prepare, withdraw
from campaigns.app import create_app
from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import Campaign
from campaigns.config import Settings
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.web import VouchApp
from campaigns.update.models import Update

KINDS = ("campaign", "revision", "update")
JITTER = 0.03


@dataclass
class Outcome:
    """What the rounds came to."""

    first: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def at_once(app: VouchApp, *acts: Callable[[], object]) -> list[Exception]:
    """Run the acts in threads of their own, let go together and then a moment apart; gives faults but refusals."""
    gate, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait(30)
            time.sleep(random.uniform(0, JITTER))
            try:
                with db.transaction():
                    act()
            except Refused:
                pass
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


PUBLISHED = {
    "campaign": ("campaign", "campaign.approved"),
    "revision": ("campaign", "campaign.revision_approved"),
    "update": ("update", "update.published"),
}


def check(app: VouchApp, kind: str, campaign_id: int, begun: int, outcome: Outcome) -> None:
    """Note who was first; nothing is published after a withdrawal, and nothing can be read after both."""
    rows = sa.select(AuditEntry.id, AuditEntry.action).where(AuditEntry.id > begun).order_by(AuditEntry.id)
    order = [action for _, action in db.session.execute(rows)]
    published, withdrawn = PUBLISHED[kind][1], "consent.withdrawn"
    if withdrawn not in order:
        outcome.wrong.append(f"{kind}: the withdrawal was lost")
    elif published in order and order.index(published) > order.index(withdrawn):
        outcome.wrong.append(f"{kind}: published after the withdrawal")
    outcome.first["publication first" if published in order else "withdrawal first"] += 1
    campaign = db.session.get_one(Campaign, campaign_id)
    update = db.session.scalars(sa.select(Update.id).where(Update.campaign_id == campaign_id)).first()
    addresses = [f"/c/{campaign.slug}", f"/c/{campaign.slug}/updates.atom"]
    addresses += [f"/c/{campaign.slug}/updates/{update}"] if update else []
    db.session.rollback()
    for address in addresses:
        if app.test_client().get(address).status_code not in {404, 410}:
            outcome.wrong.append(f"{kind}: {address} can be read without consent")


def race(app: VouchApp, rounds: int) -> Outcome:
    """So many rounds, each kind in turn, on the app's database."""
    outcome = Outcome()
    with app.app_context():
        team = make_team()
    for number in range(rounds):
        kind = KINDS[number % len(KINDS)]
        with app.app_context():
            application_id, campaign_id, publish = prepare(team, kind)
            db.session.commit()
            begun = db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
            db.session.rollback()
        faults = at_once(app, publish, lambda number=application_id: withdraw(number))
        outcome.wrong += [f"{kind}: {fault!r}" for fault in faults]
        with app.app_context():
            check(app, kind, campaign_id, begun, outcome)
    return outcome


def main() -> None:
    """Race on a database of its own and print the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite where none is named")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        more = {"database_url": given.database} if given.database else {}
        app = create_app(Settings(vouch_env="test", instance_path=Path(folder), mail_url="inbox:", **more))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        with app.app_context():
            db.sql.create_all()
        outcome = race(app, given.rounds)
    name = "PostgreSQL" if given.database else "SQLite"
    first = ", ".join(f"{count} × {what}" for what, count in sorted(outcome.first.items()))
    print(f"{name}: {given.rounds} races ({first}): {len(outcome.wrong)} published without consent or otherwise wrong")
    for line in outcome.wrong[:10]:
        print(f"  {line}")
    sys.exit(1 if outcome.wrong else 0)


if __name__ == "__main__":
    main()
