"""`flask check` finds what is not true, says what, and fails."""

import pytest
import sqlalchemy as sa

from campaigns.cli.check import CHECKS
from campaigns.file.models import File
from campaigns.kit import db, storage
from campaigns.ledger.models import LedgerAccount


@pytest.fixture
def check(app):
    """Run the command; its exit status and what it said."""

    def run() -> tuple[int, str]:
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["check"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return run


@pytest.mark.both_databases
def test_an_empty_database_is_in_order(check):
    status, said = check()
    assert status == 0
    assert said.startswith("All is well: database, references, ledger, audit, files")


@pytest.mark.both_databases
def test_a_database_with_all_kinds_of_things_is_in_order(check, a_campaign, a_pledge, an_application, amina):
    a_pledge(a_campaign(), 50_00)
    an_application()
    assert check()[0] == 0


def test_every_domain_that_keeps_figures_is_asked():
    assert {name for name, _ in CHECKS} >= {
        *("database", "references", "ledger", "audit", "files"),
        *("campaign", "ask", "pledge", "update", "payment", "disbursement"),
    }


@pytest.mark.both_databases
def test_a_balance_that_was_changed(check):
    db.session.add(LedgerAccount(code="campaign:1", currency="EUR", balance=7))
    status, said = check()
    assert status == 1
    assert "ledger: campaign:1: kept 7, moved 0" in said


@pytest.mark.both_databases
def test_a_kept_figure_that_was_changed(check, a_campaign, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 50_00)
    campaign.pledged += 1
    status, said = check()
    assert status == 1
    assert campaign.slug in said


def test_a_row_that_refers_to_nothing(check, lantern):
    db.session.commit()
    with db.sql.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("UPDATE community SET organisation_id = 999")
        raw.execute("PRAGMA foreign_keys = ON")
    status, said = check()
    assert status == 1
    assert "references: community" in said


def test_a_file_that_is_not_stored(check, lantern):
    for number, stored in enumerate((True, False)):
        key = f"image/{number}.webp"
        given = {"ref": str(number), "key": key, "mime": "image/webp", "size": 1, "sha256": "x", "kind": "image"}
        db.session.add(File(organisation_id=lantern.id, **given))
        if stored:
            storage.current().put(key, b"x", "image/webp")
    status, said = check()
    assert status == 1
    assert "files: image/1.webp is not stored" in said
    assert "image/0.webp" not in said


def test_a_file_of_the_database_that_is_damaged(check, app, tmp_path, lantern):
    db.session.remove()
    db.sql.engine.dispose()  # the last connection brings the log into the file
    path = tmp_path / "vouch.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 20] = b"\xa5" * (4096 * 17)
    path.write_bytes(data)
    status, said = check()
    assert status == 1
    assert "database: " in said


def test_tables_that_are_not_there(check, app):
    db.session.execute(sa.text("DROP TABLE audit_seal"))
    status, said = check()
    assert status == 1
    assert "audit: cannot be read: no such table" in said
