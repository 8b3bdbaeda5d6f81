"""The school's receipt proves a payment."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from campaigns.campaign.models import Campaign
from campaigns.disbursement import queries, rules
from campaigns.disbursement.rules.prove import AlreadyProven
from campaigns.disbursement.rules.release import NotYet
from campaigns.disbursement.states import DisbursementState
from campaigns.file.models import File
from campaigns.file.states import Visibility
from campaigns.kit import clock, db, storage
from campaigns.kit.errors import IllegalMove, NotAllowed
from campaigns.kit.images import BadFile, NotADocument
from tests.disbursement.helpers import PDF, lines_of, picture


def prove(payment, by, data: bytes = PDF, receipt_on=None) -> None:
    rules.prove(payment, data=data, school_receipt="R-17", receipt_on=receipt_on or clock.today(), by=by)


def test_a_receipt_makes_the_payment_proven_and_the_figures_follow(a_payment, tomas):
    payment = a_payment(DisbursementState.RELEASED)
    prove(payment, tomas)
    db.session.commit()
    campaign = db.session.get_one(Campaign, payment.campaign_id)
    assert (payment.state, payment.school_receipt) == (DisbursementState.PROVEN, "R-17")
    assert (campaign.disbursed, campaign.proven) == (50_000, 50_000)
    assert [line.proven for line in lines_of(campaign)] == [50_000, 0]
    assert rules.problems() == []


def test_the_receipt_is_private_and_its_bytes_are_kept(a_payment, tomas):
    payment = a_payment(DisbursementState.RELEASED)
    prove(payment, tomas)
    proof = db.session.get_one(File, payment.proof_id)
    assert (proof.visibility, proof.mime, proof.organisation_id) == (
        Visibility.PRIVATE,
        "application/pdf",
        payment.organisation_id,
    )
    assert storage.current().get(proof.key) == PDF


def test_a_photographed_receipt_is_drawn_anew_and_stays_readable(a_payment, tomas):
    payment = a_payment(DisbursementState.RELEASED)
    prove(payment, tomas, picture(1500, 1800))
    proof = db.session.get_one(File, payment.proof_id)
    kept = storage.current().get(proof.key)
    assert proof.mime == "image/webp"
    assert b"Canary" not in kept
    with Image.open(BytesIO(kept)) as image:
        assert image.size == (1500, 1800)
        assert not image.getexif()


@pytest.mark.parametrize("data", [b"", b"<html>", b"MZ\x90", b"%PDF-1.4 cut off", picture()[:200]])
def test_a_wrong_or_damaged_file_is_refused_at_its_field(a_payment, tomas, data):
    payment = a_payment(DisbursementState.RELEASED)
    with pytest.raises(NotADocument) as refusal:
        prove(payment, tomas, data)
    assert refusal.value.field == "file"
    db.session.rollback()
    assert payment.state is DisbursementState.RELEASED


def test_a_file_above_ten_megabytes_is_refused(a_payment, tomas):
    with pytest.raises(BadFile, match="10 MB"):
        prove(a_payment(DisbursementState.RELEASED), tomas, PDF + b" " * 10_000_000)


def test_a_second_receipt_does_not_replace_the_first(a_payment, tomas):
    payment = a_payment(DisbursementState.PROVEN)
    first = payment.proof_id
    with pytest.raises(AlreadyProven):
        prove(payment, tomas)
    assert payment.proof_id == first
    assert db.session.get_one(Campaign, payment.campaign_id).proven == 50_000


@pytest.mark.parametrize("state", [DisbursementState.PROPOSED, DisbursementState.CANCELLED])
def test_what_was_not_released_has_no_receipt(a_payment, tomas, state):
    payment = a_payment(state)
    with pytest.raises(IllegalMove):
        prove(payment, tomas)
    assert db.session.query(File).count() == 0


def test_a_receipt_is_not_dated_tomorrow(a_payment, tomas):
    with pytest.raises(NotYet) as refusal:
        prove(a_payment(DisbursementState.RELEASED), tomas, receipt_on=clock.today() + timedelta(days=1))
    assert refusal.value.field == "receipt_on"


def test_only_a_treasurer_adds_the_receipt(a_payment, amina, marta, otto):
    payment = a_payment(DisbursementState.RELEASED)
    for nobody in (amina, marta, otto):
        with pytest.raises(NotAllowed):
            prove(payment, nobody)


def test_the_database_refuses_proven_without_a_receipt(a_payment):
    payment = a_payment(DisbursementState.RELEASED)
    payment.state = DisbursementState.PROVEN
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_the_public_sees_amount_country_and_fingerprint_only(a_payment):
    payment = a_payment(DisbursementState.PROVEN)
    row = db.session.execute(queries.public_of(payment.campaign_id)).one()
    proof = db.session.get_one(File, payment.proof_id)
    assert (row.ref, row.amount, row.country, row.sha256) == (payment.ref, 50_000, "KE", proof.sha256)
    assert not {"Mwangaza Secondary", "Amina", "Tomas"} & set(map(str, row))


def test_proposals_are_not_public(a_payment):
    payment = a_payment()
    assert db.session.execute(queries.public_of(payment.campaign_id)).all() == []
