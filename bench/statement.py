"""`python -m bench.statement`: a statement of 50,000 entries against 100,000 open instalments, by command.

Six in ten quote the reference, two with a slip, one only names the payer, one says nothing known. Each form is brought
into a fresh copy of the same database by a process of its own. Prints what the command said, its time and the most
memory that it held.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from bench import data
from campaigns.account import rules as accounts
from campaigns.account.models import Organisation
from campaigns.account.states import Role
from campaigns.app import create_app
from campaigns.config import Settings
from campaigns.kit import clock, db, refs
from campaigns.pledge.models import Instalment, Pledge

OPEN, ENTRIES, EMAIL = 100_000, 50_000, "tomas@example.org"
Entry = tuple[int, str, str]
OUR_DAY = clock.today().isoformat()


def fill(folder: Path) -> list[Entry]:
    """The database; gives the entries to write: amount in cents, payer, words."""
    app = create_app(Settings(vouch_env="test", instance_path=folder, mail_url="inbox:"))
    with app.app_context():
        db.sql.create_all()
        data.fill(1, OPEN)
        with db.transaction():
            db.session.execute(sa.update(Instalment), [_due(number) for number in range(1, OPEN + 1)])
            tomas = accounts.create_user("Tomas", EMAIL, "correct horse battery staple")
            community = db.session.scalars(sa.select(Organisation).where(Organisation.slug == "bench")).one()
            accounts.grant(tomas, community, Role.TREASURER)
        rows = db.session.execute(sa.select(Instalment.reference, Instalment.amount, Pledge.name).join(Pledge)).all()
        return list(_entries(random.Random(7).sample(rows, ENTRIES)))


def _due(number: int) -> dict[str, object]:
    """As real ones are: references that nobody can guess, and amounts of every height."""
    reference = refs.creditor_reference(refs.random_ref(9))
    return {"id": number, "reference": reference, "amount": 10_00 + number * 7 % 90_001}


def _entries(rows: list[sa.Row[tuple[str, int, str]]]) -> Iterator[Entry]:
    for number, (reference, amount, name) in enumerate(rows):
        kind = number % 10
        slip = reference[:6] + ("W" if reference[6] != "W" else "X") + reference[7:]
        words = f"Vouch {reference} thank you" if kind < 6 else f"Vouch {slip}" if kind < 8 else f"Gift {number}"
        yield amount, name if kind < 9 else f"Somebody {number}", words


def csv_of(entries: list[Entry]) -> str:
    """As a table."""
    rows = (f"{OUR_DAY};{amount / 100:.2f};EUR;{payer};{words}" for amount, payer, words in entries)
    return "\n".join(["Date;Amount;Currency;Payer;Reference", *rows])


def camt_of(entries: list[Entry]) -> str:
    """As CAMT.053."""
    rows = (
        f'<Ntry><Amt Ccy="EUR">{amount / 100:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{OUR_DAY}'
        f"</Dt></BookgDt><AcctSvcrRef>B{number}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr>"
        f"</RltdPties><RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for number, (amount, payer, words) in enumerate(entries)
    )
    start = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
    return start + "\n".join(rows) + "</Stmt></BkToCstmrStmt></Document>"


FORMS: dict[str, Callable[[list[Entry]], str]] = {"csv": csv_of, "xml": camt_of}


def bring(folder: Path, file: Path) -> str:
    """Run the command; what it said, how long it took and what it held."""
    told = {**os.environ, "VOUCH_ENV": "test", "INSTANCE_PATH": str(folder), "MAIL_URL": "inbox:"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import-statement", str(file), "--as", EMAIL]
    begun = time.perf_counter()
    running = subprocess.Popen(command, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    held = 0
    while running.poll() is None:
        held = max(held, _held(running.pid))
        time.sleep(0.05)
    said = running.stdout.read() if running.stdout else ""
    return f"{said.splitlines()[-1]} {time.perf_counter() - begun:.1f} s, {held / 1024:.0f} MB"


def _held(pid: int) -> int:
    """The most memory that a process has held so far, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    """Bring in each form."""
    with tempfile.TemporaryDirectory() as place:
        full = Path(place) / "full"
        full.mkdir()
        entries = fill(full)
        for ending, write in FORMS.items():
            copy = Path(place) / ending
            shutil.copytree(full, copy)
            file = Path(place) / f"statement.{ending}"
            file.write_text(write(entries), "utf-8")
            print(f"{ending} ({file.stat().st_size / 1e6:.1f} MB): {bring(copy, file)}")


if __name__ == "__main__":
    main()
