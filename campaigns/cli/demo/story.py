"""The sample data as one story, told over the last five months."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign import jobs, queries
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures, lifecycle, review, words, write
from campaigns.campaign.rules.words import Words
from campaigns.cli.demo import (
    endings,
    exchange,
    letters,
    money,
    news,
    offers,
    papers,
    people,
    pictures,
    returns,
    students,
    ways,
)
from campaigns.cli.demo.applicants import WAITING
from campaigns.cli.demo.companies import settle_in
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.plans import PLANS, Plan
from campaigns.cli.demo.reading import UNRECOGNISABLE, readers
from campaigns.cli.demo.time import day
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.pledge import rules as pledges
from campaigns.student.models import Need, NeedChange, NeedVerification
from campaigns.student.rules import Told
from campaigns.student.states import How

OPEN_FOR = timedelta(days=75)


def tell() -> None:
    """Make everything, each thing on its day."""
    with db.transaction(), day(170):
        cast = people.gather()
        papers.describe(cast)
    campaigns = {plan.title: _campaign(cast, plan, number) for number, plan in enumerate(PLANS)}
    nurse, electrician = campaigns["A nurse for Western Kenya"], campaigns["Tools and a term for an electrician"]
    _letters(cast, nurse, electrician)
    _further_pledges(nurse)
    papers.bill(cast, nurse)
    _other_ways(nurse, electrician)
    offers.give(cast, nurse, 9, officer="Amina")
    returns.show(cast, nurse)
    exchange.show(cast)
    exchange.talk(cast, nurse)
    _costs(cast, nurse, electrician)
    for student, stage in WAITING:
        application = students.apply(cast, "Lantern", student, 9, submit=stage != "draft")
        if stage != "draft":
            students.bring_to(cast, application, stage, 5)
    audit.seal()


def _campaign(cast: Cast, plan: Plan, number: int) -> Campaign:
    """One campaign, from its students' applications to where it is today."""
    applications = [students.apply(cast, plan.community, each, plan.began + 14) for each in plan.students]
    for application in applications:
        students.approve(cast, application, plan.began + 9)
        students.confirm_costs(cast, application, plan.began + 7)
    author = cast["Marta" if plan.community == "Lantern" else "Gwen"]
    picture = pictures.cover(*plan.colours, number) if plan.picture else None
    said = Words(plan.title, plan.summary, plan.story, picture, cover_alt=plan.picture or "", cover_shows_student=False)
    with db.transaction(), day(plan.began + 2):
        ids = [application.id for application in applications]
        needs = db.session.scalars(sa.select(Need.id).where(Need.application_id.in_(ids))).all()
        deadline = clock.today() + OPEN_FOR + timedelta(days=plan.began)
        community = cast.communities[plan.community]
        campaign = write.create(community, needs, said, deadline, once=crypto.token(), by=author)
        db.session.flush()
    if plan.ends != "draft":
        _publish(cast, campaign, plan, author)
    return campaign


def _whole(campaign: Campaign) -> Campaign:
    return db.session.scalars(queries.whole(campaign.id)).one()


def _publish(cast: Cast, campaign: Campaign, plan: Plan, author: User) -> None:
    with db.transaction(), day(plan.began + 1):
        review.submit(_whole(campaign), by=author)
    if plan.ends == "in_review":
        return
    with db.transaction(), day(plan.began):
        for reader in readers(cast, campaign.concerns_minor):
            whole = _whole(campaign)
            review.approve(whole, seen=words.fingerprint(whole), answers=UNRECOGNISABLE, by=reader)
    _fund(cast, campaign, plan)
    _wind_up(cast, campaign, plan)


def _fund(cast: Cast, campaign: Campaign, plan: Plan) -> None:
    treasurer = "Tomas" if plan.community == "Lantern" else "Hugh"
    if plan.ends == "reporting":
        money.lapse(money.pledge(campaign, ("Nils Aas", None, 10_000, 0), plan.began - 2), plan.began - 48)
    first = plan.began - 50 if plan.ends == "reporting" else plan.began - 3
    promised = [money.pledge(campaign, given, max(first - 2 * i, 0)) for i, given in enumerate(plan.pledges)]
    for i, (given, promise) in enumerate(zip(plan.pledges, promised, strict=True)):
        if given[3]:
            money.pay(cast, promise, given[3], max(first - 6 - 2 * i, 0), treasurer=treasurer)


def _wind_up(cast: Cast, campaign: Campaign, plan: Plan) -> None:
    """What happened after the pledges, by the state that the campaign is in today."""
    gwen, amina = cast["Gwen"], cast["Amina"]
    match plan.ends:
        case "live" if plan.students[0].alias == "Amber Heron":
            money.pay_school(cast, campaign, 12, parts=1)
            news.post(cast, campaign, news.TERM_BEGUN, 5)
            news.draft(cast, campaign, news.BOOKS, 1)
        case "live" if len(plan.students) > 1:
            endings.leave(cast, campaign, 6)
        case "reporting":
            _once(lambda: lifecycle.step(figures.lock(campaign.id)), 30)
            money.pay_school(cast, campaign, 25, parts=1)
            money.propose(cast, campaign, 2, part=1)
            news.post(cast, campaign, news.BED, 14)
        case "closed":
            _once(lambda: lifecycle.step(figures.lock(campaign.id)), 120)
            money.pay_school(cast, campaign, 110, parts=2)
            news.post(cast, campaign, news.EXAM, 60)
            endings.complete(cast, campaign, 45)
            _once(lambda: lifecycle.finish(_whole(campaign), by=amina), 40)
        case "paused":
            _once(lambda: lifecycle.pause(_whole(campaign), by=gwen), 4)
        case "settling":
            _once(lambda: lifecycle.close_short(_whole(campaign), by=gwen), 3)
            _once(lambda: lifecycle.step(figures.lock(campaign.id)), 2)
        case "closed_short":
            _once(lambda: lifecycle.close_short(_whole(campaign), by=amina), 60)
        case "cancelled":
            _once(lambda: lifecycle.cancel(_whole(campaign), by=amina), 50)


def _once(act: Callable[[], None], ago: int) -> None:
    with db.transaction(), day(ago):
        act()


def _letters(cast: Cast, nurse: Campaign, electrician: Campaign) -> None:
    """Letters at every step of the ladder."""
    freight = letters.write(cast, nurse, "Meridian Freight", "Ms Reyes", 20_000, 30, steps=4)
    letters.accept(freight, 20_000, 4)
    letters.write(cast, nurse, "Halcyon Cement", "Mr Brandt", 10_000, 26, steps=4)
    textiles = letters.write(cast, nurse, "Orchard Textiles", "Ms Sato", 6_400, 25, steps=4)
    letters.decline(textiles, 6)
    energy = letters.write(cast, electrician, "Northwind Energy", "Ms Castell", 30_000, 18, steps=4)
    letters.counter(energy, 15_000, 1)
    letters.write(cast, electrician, "Bluecrane Telecom", "The sustainability team", 18_900, 6, steps=3)
    letters.write(cast, electrician, "Acacia Insurance", "Mr Kamau", 7_200, 2, steps=2)
    letters.write(cast, nurse, "Lakeshore Pharma", "Dr Achieng", 9_550, 1, steps=1)
    settle_in(cast, freight)


def _further_pledges(campaign: Campaign) -> None:
    """Promises that do not stand: one that waits for its link, one taken back before and one after confirmation."""
    money.pledge(campaign, ("Beatrix Hall", None, 3_000, 0), 1, confirm=False)
    money.withdraw(money.pledge(campaign, ("Otto Krag", None, 2_000, 0), 3, confirm=False), "mistyped the amount", 3)
    offers.reserve(campaign, 4_000, 2)
    offers.promise_if(campaign, 5_000, 1)
    offers.match(campaign, 6_000, 1)
    money.withdraw(money.pledge(campaign, ("Ellen Marsh", None, 2_500, 0), 8), "pledged to another campaign instead", 6)


def _other_ways(nurse: Campaign, electrician: Campaign) -> None:
    """By term, when the goal is reached, paused for now, and one pledge for two campaigns."""
    ways.by_term(electrician, "Marieke Vos", 9_000, 7)
    ways.at_goal(nurse, "Samuel Otieno", 4_000, 5)
    ways.paused(money.pledge(electrician, ("Lotte Brandt", None, 2_000, 0), 6), 4)
    ways.over_several([nurse, electrician], "Haruka Mori", 3_000, 2)


def _costs(cast: Cast, nurse: Campaign, electrician: Campaign) -> None:
    """One cost that nobody has confirmed for long, and one that has changed, about which its sponsors are asked."""
    line = _whole(electrician).lines[-1]
    with db.transaction():
        said = sa.select(NeedVerification).where(NeedVerification.need_id == line.need_id)
        for each in db.session.scalars(said):
            each.expires_on = clock.today() - timedelta(days=1)
    need_id = next(line.need_id for line in _whole(nurse).lines if line.pledged and not line.disbursed)
    with db.transaction(), day(3):
        need = db.session.get_one(Need, need_id)
        why = "The school has raised its fees for everybody; the new fee note came this week."
        told = Told(need.kind, Money(need.amount * 11 // 10, need.currency), need.term, why, How.FEE_NOTE)
        change = pledges.propose(need, told, by=cast["Victor"])
    with db.transaction(), day(2):
        pledges.approve(db.session.get_one(NeedChange, change.id), by=cast["Safiya"])
    with day(2):
        pledges.ask_sponsors()
    jobs.follow_verifications()


def introductions() -> list[tuple[str, str]]:
    """Sample people with an account, and what each is."""
    known = {user.email for user in people.sample_people()}
    return [(email, role) for email, role in people.ROLES.items() if email in known]
