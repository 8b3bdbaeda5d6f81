from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from campaigns.account.states import Role
from campaigns.file import rules
from campaigns.file.models import File
from campaigns.file.states import FileKind, Visibility
from campaigns.kit import db, storage
from campaigns.kit.errors import Busy, SecondFactorNeeded
from campaigns.kit.images import NotADocument, NotAnImage, TooBig, TooManyPixels
from tests.cast.pictures import a_bomb, a_photo, a_polyglot

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_an_image_is_drawn_anew_small_and_private(app, lantern, amina):
    file = rules.keep_image(a_photo(), organisation_id=lantern.id, by=amina)
    kept = storage.current().get(file.key)
    assert file.visibility is Visibility.PRIVATE
    assert (file.mime, file.size) == ("image/webp", len(kept))
    assert file.size <= 30_000
    assert b"Canary" not in kept
    assert Image.open(BytesIO(kept)).size == (file.width, file.height)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (a_polyglot(), NotAnImage),
        (a_bomb(), TooManyPixels),
        (b"", NotAnImage),
        (b"\xff\xd8\xff\xe0" + b"x" * 500, NotAnImage),
        (PDF, NotAnImage),
        (b"x" * 10_000_001, TooBig),
    ],
    ids=["polyglot", "bomb", "nothing", "broken", "pdf", "too big"],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(app, settings, lantern, amina, data, refusal):
    with pytest.raises(refusal):
        rules.keep_image(data, organisation_id=lantern.id, by=amina)
    assert db.session.scalars(sa.select(File)).all() == []
    assert not list((settings.instance_path / "uploads").rglob("*.*"))


def test_a_document_is_kept_as_it_came(app, lantern, tomas):
    file = rules.keep_document(PDF, organisation_id=lantern.id, by=tomas)
    assert storage.current().get(file.key) == PDF
    assert (file.kind, file.visibility) == (FileKind.DOCUMENT, Visibility.PRIVATE)


def test_a_document_must_be_one(app, lantern, tomas):
    with pytest.raises(NotADocument):
        rules.keep_document(b"MZ\x90\x00 a program", organisation_id=lantern.id, by=tomas)


def test_the_database_keeps_documents_private(app, lantern, tomas):
    file = rules.keep_document(PDF, organisation_id=lantern.id, by=tomas)
    rules.publish(file)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_what_is_discarded_is_destroyed_once_that_is_certain(app, lantern, amina):
    file = rules.keep_image(a_photo(), organisation_id=lantern.id, by=amina)
    db.session.commit()
    key = file.key
    rules.discard(file)
    assert storage.current().exists(key)
    assert storage.current().exists(f"card/{key}")
    db.session.commit()
    assert not storage.current().exists(key)
    assert not storage.current().exists(f"card/{key}")


def test_what_is_not_discarded_after_all_stays(app, lantern, amina):
    file = rules.keep_image(a_photo(), organisation_id=lantern.id, by=amina)
    db.session.commit()
    key = file.key
    rules.discard(file)
    db.session.rollback()
    db.session.commit()
    assert storage.current().exists(key)


def test_a_store_that_does_not_answer_leaves_no_row(app, lantern, amina, monkeypatch):
    def silent(*_):
        raise Busy("The file store does not answer.")

    monkeypatch.setattr(storage.Directory, "put", silent)
    with pytest.raises(Busy):
        rules.keep_image(a_photo(), organisation_id=lantern.id, by=amina)
    db.session.rollback()
    assert db.session.scalars(sa.select(File)).all() == []


def test_a_treasurer_shows_a_second_factor_before_opening_a_document(app, lantern, tomas):
    file = rules.keep_document(PDF, organisation_id=lantern.id, by=tomas)
    tomas.second_factor = False
    with pytest.raises(SecondFactorNeeded):
        rules.read(file, by=tomas)
    tomas.second_factor = True
    assert rules.read(file, by=tomas) == PDF


def test_an_organiser_opens_a_document_without_one(app, lantern, amina, tomas):
    file = rules.keep_document(PDF, organisation_id=lantern.id, by=tomas)
    amina.second_factor = False
    assert amina.roles_in(lantern.id) == {Role.ORGANISER}
    assert rules.read(file, by=amina) == PDF
