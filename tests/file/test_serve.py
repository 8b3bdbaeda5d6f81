from io import BytesIO

import pytest
from PIL import Image

from campaigns.file import rules
from campaigns.kit import db, storage
from tests.cast.pictures import a_photo

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def image(app, lantern, amina):
    file = rules.keep_image(a_photo(), organisation_id=lantern.id, by=amina)
    db.session.commit()
    return file


@pytest.fixture
def document(app, lantern, tomas):
    file = rules.keep_document(PDF, organisation_id=lantern.id, by=tomas)
    db.session.commit()
    return file


def publish(file):
    rules.publish(file)
    db.session.commit()


def test_a_public_image_is_served_to_anyone_for_long(client, image):
    publish(image)
    answer = client.get(f"/f/{image.ref}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert answer.data == storage.current().get(image.key)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_shared_caches_ask_again_within_the_minute(client, image):
    publish(image)
    assert "s-maxage=60" in client.get(f"/f/{image.ref}").headers["Cache-Control"]


def test_who_has_it_is_told_so_without_opening_the_store(client, image, monkeypatch):
    publish(image)
    tag = client.get(f"/f/{image.ref}").headers["ETag"]
    monkeypatch.setattr(storage.Directory, "get", lambda *_: pytest.fail("the store was opened"))
    answer = client.get(f"/f/{image.ref}", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_private_image_is_not_there_for_the_public(client, image):
    assert client.get(f"/f/{image.ref}").status_code == 404
    assert client.get(f"/f/{image.ref}/card").status_code == 404


def test_a_card_has_the_same_picture_small(client, image):
    publish(image)
    small = client.get(f"/f/{image.ref}/card")
    assert Image.open(BytesIO(small.data)).format == "WEBP"
    assert len(small.data) <= 3_500
    assert "s-maxage=60" in small.headers["Cache-Control"]
    tags = [client.get(f"/f/{image.ref}{form}").headers["ETag"] for form in ("", "/card")]
    assert tags[0] != tags[1]
    assert client.get(f"/f/{image.ref}/card", headers={"If-None-Match": tags[1]}).status_code == 304


def test_a_card_that_no_backup_held_is_drawn_again(client, image):
    publish(image)
    path = f"/f/{image.ref}/card"
    kept = client.get(path).data
    storage.current().delete(f"card/{image.key}")
    db.session.commit()
    assert client.get(path).data == kept
    assert storage.current().exists(f"card/{image.key}")


def test_a_picture_whose_bytes_are_gone_is_not_there(client, image):
    publish(image)
    storage.current().delete(image.key)
    storage.current().delete(f"card/{image.key}")
    assert client.get(f"/f/{image.ref}").status_code == 404
    assert client.get(f"/f/{image.ref}/card").status_code == 404


def test_a_ref_of_nothing_is_not_there(client):
    assert client.get("/f/NOTHING").status_code == 404


def test_bytes_that_are_gone_are_not_there(client, image):
    publish(image)
    storage.current().delete(image.key)
    assert client.get(f"/f/{image.ref}").status_code == 404


def test_a_private_file_is_a_download_that_runs_nothing(sign_in, tomas, document):
    answer = sign_in(tomas).get(f"/a/lantern/files/{document.ref}")
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{document.ref}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("name", ["otto", "rita", "noor", "marta", "victor", "mo", "ada"])
def test_a_document_is_not_there_for_who_may_not_open_it(request, sign_in, document, name):
    person = request.getfixturevalue(name)
    assert sign_in(person).get(f"/a/lantern/files/{document.ref}").status_code == 404


@pytest.mark.parametrize("name", ["marta", "victor", "safiya"])
def test_a_cover_in_preparation_is_open_to_the_whole_team(request, sign_in, image, name):
    assert sign_in(request.getfixturevalue(name)).get(f"/a/lantern/files/{image.ref}").status_code == 200


def test_a_file_has_no_address_in_another_community(sign_in, amina, image, harbour):
    assert sign_in(amina).get(f"/a/harbour/files/{image.ref}").status_code == 404


def test_a_visitor_is_sent_to_sign_in(client, image):
    answer = client.get(f"/a/lantern/files/{image.ref}")
    assert answer.status_code in {302, 303}
    assert "/sign-in" in answer.headers["Location"]


def test_a_treasurer_is_asked_for_the_second_factor(sign_in, tomas, document):
    answer = sign_in(tomas, second_factor=False).get(f"/a/lantern/files/{document.ref}")
    assert answer.data != PDF
    assert answer.status_code in {302, 303, 403}


def test_a_private_file_whose_bytes_are_gone_is_not_there(sign_in, tomas, document):
    storage.current().delete(document.key)
    assert sign_in(tomas).get(f"/a/lantern/files/{document.ref}").status_code == 404
