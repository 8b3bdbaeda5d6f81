"""What is known of a student is sealed under the student's own key, and gone with it."""

import pytest
import sqlalchemy as sa

from campaigns.kit import crypto, db, envelope
from campaigns.student.models import Identity, PersonKey, Question
from campaigns.student.states import Stage

TEST_KEYS = ("another secret " * 4,)


@pytest.fixture
def identity(an_application):
    application = an_application()
    return db.session.get_one(Identity, application.id)


def as_stored(application_id: int, column: str) -> str:
    return db.session.execute(
        sa.text(f"SELECT {column} FROM application_identity WHERE application_id = :id"), {"id": application_id}
    ).scalar_one()


def put(application_id: int, column: str, sealed: str) -> None:
    db.session.execute(
        sa.text(f"UPDATE application_identity SET {column} = :sealed WHERE application_id = :id"),
        {"sealed": sealed, "id": application_id},
    )
    db.session.expire_all()


def test_it_reads_as_text_and_lies_sealed(identity):
    assert identity.legal_name == "Canary Legalname"
    assert "Canary" not in as_stored(identity.application_id, "legal_name")


def test_nothing_is_nothing(identity):
    identity.contact = None
    db.session.flush()

    assert as_stored(identity.application_id, "contact") is None
    assert identity.contact is None


def test_what_was_sealed_for_another_student_does_not_open(identity, an_application):
    other = db.session.get_one(Identity, an_application().id)
    put(other.application_id, "legal_name", as_stored(identity.application_id, "legal_name"))

    with pytest.raises(envelope.CannotOpen):
        _ = other.legal_name


def test_what_was_sealed_for_another_column_does_not_open(identity):
    put(identity.application_id, "contact", as_stored(identity.application_id, "legal_name"))

    with pytest.raises(envelope.CannotOpen):
        _ = identity.contact


def test_once_the_key_is_destroyed_everything_reads_as_nothing(identity):
    key = db.session.get_one(PersonKey, identity.application_id)
    key.destroy()
    db.session.commit()

    again = db.session.get_one(Identity, identity.application_id)
    assert (again.legal_name, again.guardian_name) == (None, None)
    assert key.wrapped is None
    assert key.destroyed_at is not None


def test_nothing_is_written_of_somebody_who_was_erased(identity):
    db.session.get_one(PersonKey, identity.application_id).destroy()
    db.session.flush()

    with pytest.raises(ValueError, match="erased"):
        identity.legal_name = "Somebody"
    with pytest.raises(ValueError, match="erased"):
        Question(application_id=identity.application_id, text="Who are you?")
    identity.legal_name = None  # emptying is no keeping


@pytest.mark.both_databases
def test_the_database_keeps_no_key_that_is_said_to_be_destroyed(an_application):
    key = db.session.get_one(PersonKey, an_application(Stage.DRAFT).id)
    key.destroyed_at = sa.func.now()

    with pytest.raises(sa.exc.IntegrityError, match="destroyed"):
        db.session.flush()


def test_wrapping_a_key_anew_leaves_what_it_sealed(identity):
    before = crypto._given
    key = db.session.get_one(PersonKey, identity.application_id)
    sealed, wrapped = as_stored(identity.application_id, "legal_name"), key.wrapped
    try:
        crypto.use_keys(*TEST_KEYS, *before)
        key.rewrap()
        db.session.commit()
        crypto.use_keys(*TEST_KEYS)
        assert db.session.get_one(Identity, identity.application_id).legal_name == "Canary Legalname"
    finally:
        crypto.use_keys(*before)
    assert key.wrapped != wrapped
    assert as_stored(identity.application_id, "legal_name") == sealed


def test_a_destroyed_key_is_not_wrapped_again(identity):
    key = db.session.get_one(PersonKey, identity.application_id)
    key.destroy()
    key.rewrap()

    assert key.wrapped is None
