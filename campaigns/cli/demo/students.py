"""Sample students, from the first question to consent that an officer has checked."""

from datetime import timedelta

from campaigns.cli.demo import vetting
from campaigns.cli.demo.applicants import Student
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.cli.demo.vetting import whole
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.money import Money
from campaigns.student import rules
from campaigns.student.models import Application
from campaigns.student.rules import Line, requests
from campaigns.student.rules.requests.send import LASTS, PURPOSES
from campaigns.student.states import How, Known, Purpose, Reason, RequestKind

AGREED = (Purpose.APPLY, Purpose.PUBLISH_TEXT, Purpose.SHARE_WITH_SPONSOR, Purpose.SHOWCASE)


def apply(cast: Cast, community: str, student: Student, ago: int, *, submit: bool = True) -> Application:
    """An application as the student fills it in, `ago` days ago; sent, or left as a draft."""
    with db.transaction(), day(ago):
        application, _ = rules.start(cast.communities[community], once=crypto.token(), by=None)
        rules.save(application, legal_name=student.legal_name, birth_date=student.born, contact=None)
        if application.is_minor:
            rules.save(application, guardian_name="Agnes " + student.legal_name.split()[-1], guardian_relation="mother")
        rules.save(application, school_id=cast.schools[student.school].id, level=student.level)
        rules.save(application, country=student.country, region=student.region)
        rules.save(application, story=student.story, alias=student.alias)
        currency = application.currency
        lines = [Line(kind, label, term, Money(cost, currency)) for kind, label, term, cost in student.costs]
        rules.set_needs(application, lines)
        rules.give(application, AGREED, AGREED if application.is_minor else ())
        if submit:
            rules.submit(whole(application))
    return application


def approve(cast: Cast, application: Application, ago: int) -> None:
    """Two people score, one of them confirms, and an officer checks the consent, over a few days."""
    vetting.decide(cast, application, Reason.SCHOOL_CONFIRMED, ago)
    with db.transaction(), day(ago, later=timedelta(hours=30)):
        how = "by telephone with the guardian, on the number that the school gave"
        rules.check(whole(application), AGREED, how=how, by=cast["Safiya"])


def ask_people(cast: Cast, application: Application, ago: int, *, answered: bool) -> None:
    """Somebody who knows the student, the guardian and the school are asked, and have answered or not yet."""
    with db.transaction(), day(ago):
        application = whole(application)
        office = f"bursar@{application.school_label.split()[0].lower()}.example"
        who = ("Ruth Achieng", "teacher", f"ruth.{application.ref.lower()}@kitchentable.example")
        referee = requests.ask_referee(application, *who, once=crypto.token(), by=None)
        school = requests.ask_school(application, office, once=crypto.token(), by=cast["Victor"])
        asked = [referee, school]
        if application.is_minor:
            asked.append(requests.ask_guardian(application, once=crypto.token(), by=None))
        if answered:
            tokens = {
                each.request.kind: links.issue(PURPOSES[each.request.kind], each.request.id, lasts=LASTS)
                for each in asked
            }
            _answer(application, tokens)


def _answer(application: Application, tokens: dict[RequestKind, str]) -> None:
    said = "I have taught them for four years: at the front of the class, after a walk of two hours."
    referee, school = tokens[RequestKind.REFEREE], tokens[RequestKind.SCHOOL]
    requests.vouch(referee, name="Ruth Achieng", relation="teacher", known=Known.LONGER, text=said)
    if RequestKind.GUARDIAN in tokens:
        requests.agree(tokens[RequestKind.GUARDIAN], AGREED, name="Agnes Achieng", relation="mother")
    amounts = {need.id: need.amount for need in application.needs}
    bank = requests.BankDetails("Board of Governors", number="0123456789", bank="Equity Bank, Kakamega")
    level = application.level or ""
    answer = requests.SchoolAnswer(True, "Olive Barasa", "Bursar", level, "January 2026", amounts, bank=bank)
    requests.confirm_enrolment(school, answer)


def confirm_costs(cast: Cast, application: Application, ago: int, *, holds: int = 182) -> None:
    """One of those who approved it has called the school about each cost, a week after the approval."""
    with db.transaction(), day(ago):
        for need in whole(application).needs:
            until = clock.today() + timedelta(days=holds)
            rules.verify(need, How.FEE_NOTE, until, seen=need.fingerprint, by=cast["Vera"])


def bring_to(cast: Cast, application: Application, stage: str, ago: int) -> None:
    """Take an application that was sent to the stage in which it waits today."""
    if stage == "approved":
        approve(cast, application, ago)
        ask_people(cast, application, ago - 2, answered=True)
        confirm_costs(cast, application, ago - 2)
    elif stage != "submitted":
        vetting.bring_to(cast, application, stage, ago)
    if stage in {"submitted", "in_review"}:
        ask_people(cast, application, ago - 2, answered=stage == "in_review")
