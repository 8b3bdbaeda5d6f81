"""Nobody proposes or releases money for somebody whom they vetted or are close to."""

import pytest

from campaigns.account.models import Membership, OrganisationDomain
from campaigns.account.states import Role
from campaigns.disbursement import rules
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import NotAllowed
from campaigns.kit.money import Money
from campaigns.student import queries as students
from campaigns.student.models import Application, ConfirmationRequest, Conflict, Decision, Interest
from campaigns.student.rules.vetting import parties
from campaigns.student.states import ConflictKind, InterestKind, Reason, Verdict
from tests.disbursement.helpers import lines_of


def vetted(person, application):
    said = {"verdict": Verdict.APPROVE, "reason": Reason.SCHOOL_CONFIRMED, "voter_email": person.email_canonical}
    return Decision(application_id=application.id, voter_id=person.id, **said)


def is_the_student(person, application):
    application.applicant_email = person.email_canonical


def helped(person, application):
    application.helper_user_id = person.id


def declared(person, application):
    return Conflict(application_id=application.id, user_id=person.id, kind=ConflictKind.RELATED)


def was_asked(person, application):
    request = db.session.query(ConfirmationRequest).first()
    request.email_print = crypto.fingerprint(person.email_canonical)


def works_there(person, application):
    return Membership(user_id=person.id, organisation_id=application.school_id, role=Role.MEMBER)


def says_so(person, application):
    return Interest(user_id=person.id, kind=InterestKind.SCHOOL, school_id=application.school_id)


def shares_the_guardians_number(person, application):
    guardian = db.session.scalars(students.identity_of(application.id)).one().guardian_contact
    return Interest(user_id=person.id, kind=InterestKind.CONTACT, fingerprint=parties.contact_print(guardian))


def writes_from_the_school(person, application):
    person.email = person.email_canonical = f"{person.name.lower()}@mwangaza.ac.ke"
    return OrganisationDomain(organisation_id=application.school_id, domain="mwangaza.ac.ke")


TIES = [vetted, is_the_student, helped, declared, was_asked, works_there, says_so, shares_the_guardians_number,
        writes_from_the_school]  # fmt: skip


def tie(how, person) -> None:
    made = how(person, db.session.query(Application).one())
    if made is not None:
        db.session.add(made)
    db.session.commit()


@pytest.mark.parametrize("how", TIES, ids=lambda how: how.__name__)
def test_who_has_ties_neither_proposes_nor_releases(a_payment, tomas, amina, how):
    payment = a_payment()
    assert rules.second_people(payment) == [amina]
    tie(how, amina)
    with pytest.raises(NotAllowed):
        rules.release(payment, bank_reference="T", paid_on=clock.today(), by=amina)
    assert rules.second_people(payment) == []


@pytest.mark.parametrize("how", [vetted, declared, writes_from_the_school], ids=lambda how: how.__name__)
def test_nor_do_they_propose(a_funded_campaign, tomas, sign_in, how):
    campaign = a_funded_campaign()
    tie(how, tomas)
    amounts = {lines_of(campaign)[0].id: Money(100, "EUR")}
    with pytest.raises(NotAllowed, match="somebody else"):
        rules.propose(campaign, amounts, once="once", by=tomas)
    page = sign_in(tomas).get(f"/a/lantern/disbursements/new?campaign={campaign.slug}&school=mwangaza")
    assert (page.status_code, "somebody else decides" in page.text) == (403, True)


def test_an_overruled_name_and_a_look_at_the_identity_keep_nobody_out(a_payment, tomas, amina, safiya):
    payment = a_payment()
    mine = {"application_id": db.session.query(Application).one().id, "user_id": amina.id}
    overruled = {"overruled_by_id": safiya.id, "overruled_at": clock.now()}
    db.session.add(Conflict(kind=ConflictKind.FAMILY_NAME, **mine, **overruled))
    db.session.add(Conflict(kind=ConflictKind.SAW_IDENTITY, **mine))
    db.session.commit()
    assert rules.second_people(payment) == [amina]
