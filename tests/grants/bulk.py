"""A file of applications that was taken, with what it says of people marked."""

from collections.abc import Callable
from typing import Any

from campaigns.account.models import User
from campaigns.kit import crypto, db
from campaigns.student import rules

CANARIES = {
    "imported name": "Canary Imported",
    "imported cell": "Canary wrong cell",
}
FILE = (
    "name,birth date,school,country,level,kind 1,cost 1,term 1,amount 1\n"
    f"{CANARIES['imported name']},2011-05-04,Lakeside,KE,Form 3,,,,\n"
    f"{CANARIES['imported name']},2011-05-04,Lakeside,KE,Form 3,{CANARIES['imported cell']},Fees,1,9\n"
)


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make it, half worked off; gives what addresses need."""
    run = rules.bulk.begin_import(get("lantern"), FILE.encode(), once=crypto.token(), by=users["marta"])
    db.session.flush()
    return {"import_run": run.ref}
