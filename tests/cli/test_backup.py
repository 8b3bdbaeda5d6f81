"""A backup holds everything, is taken while Vouch goes on, and is restored whole or not at all."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa
from click.testing import Result

from campaigns.app import create_app
from campaigns.campaign.models import Campaign
from campaigns.cli.backup import KEYS_NEEDED, fingerprint
from campaigns.community.models import Community
from campaigns.config import Settings
from campaigns.file.models import File
from campaigns.kit import db, storage
from campaigns.kit.web import VouchApp
from campaigns.report.rules import erase
from campaigns.student.models import Application, PersonKey
from tests import postgres
from tests.conftest import settings_for

PICTURE = b"RIFF....WEBP" * 100


def run(app: VouchApp, *args: object) -> Result:
    with app.app_context():
        try:
            return app.test_cli_runner().invoke(args=[str(arg) for arg in args])
        finally:
            leave()


def leave() -> None:
    """Give back the connection, then close them all."""
    db.session.remove()
    db.sql.engine.dispose()


@pytest.fixture
def things(app: VouchApp, a_campaign: Callable[..., Campaign], a_pledge: Callable[..., object]) -> Campaign:
    """A campaign with a pledge and a stored picture."""
    campaign = a_campaign(slug="a-nurse")
    a_pledge(campaign, 50_00)
    given = {"ref": "pic", "key": "image/pic.webp", "mime": "image/webp", "size": len(PICTURE), "sha256": "x"}
    db.session.add(File(organisation_id=campaign.organisation_id, kind="image", **given))
    storage.current().put("image/pic.webp", PICTURE, "image/webp")
    db.session.commit()
    return campaign


@pytest.fixture
def archive(app: VouchApp, things: Campaign, tmp_path: Path) -> Path:
    result = run(app, "backup", tmp_path / "backups")
    assert result.exit_code == 0, result.output
    [path] = (tmp_path / "backups").iterdir()
    assert str(path) in result.output
    return path


@pytest.fixture
def elsewhere(backend: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a fresh place."""
    folder = tmp_path / "elsewhere"
    if backend == "sqlite":
        yield settings_for(folder)
        return
    with postgres.fresh_database() as url:
        settings = settings_for(folder, database_url=url)
        with create_app(settings).app_context():
            with db.sql.engine.begin() as connection:
                connection.execute(sa.text("DROP SCHEMA public CASCADE"))
                connection.execute(sa.text("CREATE SCHEMA public"))
            leave()
        yield settings


@pytest.mark.both_databases
class TestThereAndBack:
    def test_everything_is_there_again(self, app, archive, elsewhere):
        app.extensions["storage"] = None
        fresh = create_app(elsewhere)
        result = run(fresh, "restore", archive)
        assert result.exit_code == 0, result.output
        assert "1 files. All is well." in result.output
        with fresh.app_context():
            assert db.session.scalars(sa.select(Campaign.slug)).one() == "a-nurse"
            assert db.session.scalars(sa.select(Community.iban)).one() == "DE89370400440532013000"
            assert storage.current().get("image/pic.webp") == PICTURE
            leave()

    def test_what_is_append_only_still_is(self, app, archive, elsewhere):
        fresh = create_app(elsewhere)
        assert run(fresh, "restore", archive).exit_code == 0
        with fresh.app_context():
            with pytest.raises(sa.exc.IntegrityError, match="append-only"):
                db.session.execute(sa.text("DELETE FROM consent"))
            leave()

    def test_who_was_erased_since_then_is_erased_again(self, app, archive, elsewhere):
        person = db.session.scalars(sa.select(PersonKey)).first()
        ref = db.session.get_one(Application, person.application_id).ref
        erase._erase(db.session.get_one(Application, person.application_id), by=None)
        db.session.commit()
        leave()
        fresh = create_app(elsewhere)
        (elsewhere.instance_path / "erasures.txt").write_text((Path(app.instance_path) / "erasures.txt").read_text())
        result = run(fresh, "restore", archive)
        assert result.exit_code == 0, result.output
        assert "1 people who were erased since then are erased again" in result.output
        with fresh.app_context():
            found = db.session.scalars(sa.select(Application).where(Application.ref == ref)).one()
            assert found.person_key.wrapped is None
            assert found.alias == "A student"
            leave()

    def test_a_place_that_is_not_empty_is_left_alone(self, app, archive, things):
        result = run(app, "restore", archive)
        assert result.exit_code == 1
        assert "there are tables here already" in result.output


class TestTaking:
    def test_somebody_may_write_meanwhile(self, app, things, tmp_path):
        other = sqlite.connect(str(tmp_path / "vouch.sqlite"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE organisation SET name = 'half done'")
        db.session.remove()
        assert run(app, "backup", tmp_path / "backups").exit_code == 0
        other.execute("ROLLBACK")
        other.close()

    def test_only_its_owner_may_read_it(self, archive):
        assert archive.stat().st_mode & 0o777 == 0o600

    def test_the_manifest_says_what_is_in_it_and_which_key_fits(self, app, archive):
        with tarfile.open(archive) as opened:
            manifest = json.load(opened.extractfile("manifest.json"))
        assert set(manifest["sha256"]) == {"database", "uploads/image/pic.webp"}
        assert manifest["files"] == {"image/pic.webp": "image/webp"}
        assert manifest["secret_key"] == fingerprint(app.extensions["settings"].key)
        assert app.extensions["settings"].key not in json.dumps(manifest)

    def test_it_says_what_is_needed_with_it(self, app, things, tmp_path):
        said = run(app, "backup", tmp_path / "backups").output
        assert all(name in said for name in KEYS_NEEDED)

    def test_a_file_that_is_gone_is_reported_and_the_rest_kept(self, app, things, tmp_path):
        storage.current().delete("image/pic.webp")
        result = run(app, "backup", tmp_path / "backups")
        assert result.exit_code == 1
        assert "image/pic.webp" in result.output
        assert len(list((tmp_path / "backups").iterdir())) == 1

    def test_a_backup_that_fails_leaves_no_half_of_one(self, app, things, tmp_path, monkeypatch):
        def full(*_: object) -> None:
            raise OSError("No space left on device")

        monkeypatch.setattr("campaigns.cli.backup._add_uploads", full)
        assert run(app, "backup", tmp_path / "backups").exit_code == 1
        assert list((tmp_path / "backups").iterdir()) == []


class TestRefusing:
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> VouchApp:
        return create_app(settings_for(tmp_path / "elsewhere"))

    def refuses(self, fresh: VouchApp, archive: Path, words: str) -> None:
        result = run(fresh, "restore", archive)
        assert result.exit_code == 1
        assert words in result.output, result.output
        with fresh.app_context():
            assert sa.inspect(db.sql.engine).get_table_names() == []
            leave()

    def test_another_key(self, archive, tmp_path):
        other = create_app(settings_for(tmp_path / "elsewhere", secret_key="another " * 5))
        self.refuses(other, archive, "SECRET_KEY")

    def test_the_key_may_have_become_an_older_one(self, app, archive, tmp_path):
        before = app.extensions["settings"].key
        rotated = settings_for(tmp_path / "elsewhere", secret_key="another " * 5, secret_key_fallbacks=(before,))
        assert run(create_app(rotated), "restore", archive).exit_code == 0

    def test_what_is_no_archive(self, fresh, tmp_path):
        (tmp_path / "other").write_bytes(b"not an archive")
        self.refuses(fresh, tmp_path / "other", "cannot be read")

    def test_an_archive_that_was_cut_short(self, fresh, archive):
        archive.write_bytes(archive.read_bytes()[:-2000])
        self.refuses(fresh, archive, "cannot be read")

    def test_an_archive_of_something_else(self, fresh, tmp_path):
        with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as other:
            other.addfile(tarfile.TarInfo("hello"))
        self.refuses(fresh, tmp_path / "other.tar.gz", "no backup of Vouch")

    def test_a_member_that_was_changed(self, fresh, archive):
        rewrite(archive, {"uploads/image/pic.webp": b"another picture"})
        self.refuses(fresh, archive, "is not what it was")

    def test_a_member_that_was_taken_out(self, fresh, archive):
        rewrite(archive, {"uploads/image/pic.webp": None})
        self.refuses(fresh, archive, "uploads/image/pic.webp is missing")

    def test_a_database_of_another_kind(self, fresh, archive):
        with tarfile.open(archive) as opened:
            manifest = json.load(opened.extractfile("manifest.json"))
        rewrite(archive, {"manifest.json": json.dumps(manifest | {"database": "postgresql"}).encode()})
        self.refuses(fresh, archive, "the backup is of postgresql")

    def test_a_name_that_leads_out_of_the_storage(self, fresh, archive):
        with tarfile.open(archive) as opened:
            manifest = json.load(opened.extractfile("manifest.json"))
        manifest["files"] = {"../../evil": "text/plain"}
        rewrite(archive, {"manifest.json": json.dumps(manifest).encode()})
        result = run(fresh, "restore", archive)
        assert result.exit_code == 1
        assert not (archive.parent / "evil").exists()

    def test_files_that_are_there_already(self, fresh, archive):
        with fresh.app_context():
            storage.current().put("image/pic.webp", b"mine", "image/webp")
        self.refuses(fresh, archive, "there are files here already")

    def test_what_is_restored_is_checked(self, archive, fresh, monkeypatch):
        monkeypatch.setattr("campaigns.cli.check.CHECKS", [("ledger", lambda: ["EUR sums to 1"])])
        result = run(fresh, "restore", archive)
        assert result.exit_code == 1
        assert "ledger: EUR sums to 1" in result.output


def rewrite(archive: Path, changes: dict[str, bytes | None]) -> None:
    """Write the archive again with other contents for some members, or without them."""
    with tarfile.open(archive) as opened:
        members = {member.name: opened.extractfile(member).read() for member in opened.getmembers()} | changes
    with tarfile.open(archive, "w:gz") as written:
        for name, data in members.items():
            if data is not None:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                written.addfile(info, io.BytesIO(data))
