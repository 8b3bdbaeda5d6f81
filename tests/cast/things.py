"""Things of every test, made as rows: a school, an approved application, a live campaign, a pledge.

They stand in the state that a test needs without walking the whole way there; the way itself has
tests of its own.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.community.models import Community
from campaigns.kit import clock, crypto, db, refs
from campaigns.kit.money import Money
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.states import InstalmentState, Method, PledgeStatus
from campaigns.student.models import Application, Decision, Identity, Need, NeedVerification
from campaigns.student.states import FUNDABLE, ConsentEvent, How, NeedKind, Purpose, Reason, Stage, Verdict
from tests.cast.approvals import approve_campaign
from tests.cast.consent import add_consent


@pytest.fixture
def school(app: object) -> Organisation:
    """Mwangaza Secondary, in Kenya."""
    found = Organisation(kind=OrganisationKind.SCHOOL, slug="mwangaza", name="Mwangaza Secondary", country="KE")
    db.session.add(found)
    db.session.commit()
    return found


@pytest.fixture
def a_company(app: object) -> Callable[..., Organisation]:
    """Make a company: `a_company("Meridian Freight")`."""

    def make(name: str = "Meridian Freight") -> Organisation:
        from campaigns.ask.models import Company

        slug = name.lower().replace(" ", "-")
        organisation = Organisation(kind=OrganisationKind.COMPANY, slug=slug, name=name, country="DE")
        db.session.add(Company(organisation=organisation, sector="Industrials", headquarters="Hamburg"))
        db.session.commit()
        return organisation

    return make


@pytest.fixture
def an_application(app: object, lantern: Community, school: Organisation) -> Callable[..., Application]:
    """Make an application: `an_application(Stage.APPROVED, needs=[("Tuition", 90_000)], minor=True)`."""

    def make(
        stage: Stage = Stage.SUBMITTED,
        *,
        needs: list[tuple[str, int]] | None = None,
        minor: bool = True,
        applicant: User | None = None,
        approved_by: tuple[User, ...] = (),
        consent: bool = True,
        alias: str = "Amber Heron",
        community: Community | None = None,
        verified: bool | None = None,
    ) -> Application:
        community = community or lantern
        application = Application(
            ref=refs.random_ref(),
            code_hash=crypto.digest(refs.random_ref(12)),
            organisation_id=community.id,
            applicant_user_id=applicant.id if applicant else None,
            applicant_email=applicant.email_canonical if applicant else None,
            school_id=school.id,
            stage=stage,
            alias=alias,
            country="KE",
            region="Western",
            level="Secondary, year 3",
            is_minor=minor,
            story="I want to finish school and become a nurse.",
            currency=community.currency,
            submitted_at=clock.now() if stage is not Stage.DRAFT else None,
        )
        db.session.add(application)
        db.session.flush()
        db.session.add(
            Identity(
                application_id=application.id,
                legal_name="Canary Legalname",
                birth_date="2011-05-04",
                contact="canary.contact@example.org",
                guardian_name="Canary Guardian" if minor else None,
                guardian_relation="mother" if minor else None,
                guardian_contact="+254700000001" if minor else None,
            )
        )
        for label, amount in needs if needs is not None else [("Tuition", 90_000), ("Books", 12_550)]:
            kind = NeedKind.BOOKS if label == "Books" else NeedKind.TUITION
            need = Need(
                application_id=application.id,
                kind=kind,
                label=label,
                term="Term 1, 2027",
                amount=amount,
                currency=application.currency,
            )
            db.session.add(need)
            if stage in FUNDABLE if verified is None else verified:
                db.session.flush()
                db.session.add(_verified(application, need))
        for voter in approved_by:
            db.session.add(
                Decision(
                    application_id=application.id,
                    voter_id=voter.id,
                    voter_email=voter.email_canonical,
                    applicant_user_id=application.applicant_user_id,
                    verdict=Verdict.APPROVE,
                    reason=Reason.SCHOOL_CONFIRMED,
                )
            )
        if consent:
            for purpose in (Purpose.APPLY, Purpose.PUBLISH_TEXT):
                for event in (ConsentEvent.GIVEN, ConsentEvent.CHECKED):
                    how = "by telephone" if event is ConsentEvent.CHECKED else None
                    add_consent(application, purpose, event, by_guardian=minor, checked_how=how)
        db.session.commit()
        return application

    return make


def _verified(application: Application, need: Need) -> NeedVerification:
    """Somebody's word for a cost as it is, for half a year; whose does not matter here."""
    whose = db.session.scalars(sa.select(User.id).where(User.id != application.applicant_user_id).limit(1)).first()
    if whose is None:
        somebody = User(
            email="vetted@example.org", email_canonical="vetted@example.org", name="Vita", password_hash="-"
        )
        db.session.add(somebody)
        db.session.flush()
        whose = somebody.id
    return NeedVerification(
        application_id=application.id,
        need_id=need.id,
        kind=need.kind,
        amount=need.amount,
        currency=need.currency,
        term=need.term,
        school_id=application.school_id,
        how=How.FEE_NOTE,
        verified_by_id=whose,
        applicant_user_id=application.applicant_user_id,
        expires_on=clock.today() + timedelta(days=182),
    )


@pytest.fixture
def a_campaign(
    app: object, lantern: Community, amina: User, school: Organisation, an_application: Callable[..., Application]
) -> Callable[..., Campaign]:
    """Make a campaign: `a_campaign()` is live, asks for €1,025.50 for one student, and has no pledge."""

    def make(
        state: CampaignState = CampaignState.LIVE,
        *,
        title: str = "A nurse for Western Kenya",
        slug: str | None = None,
        needs: list[tuple[str, int]] | None = None,
        community: Community | None = None,
        author: User | None = None,
        minor: bool = True,
        alias: str = "Amber Heron",
    ) -> Campaign:
        community = community or lantern
        application = an_application(Stage.SUPPORTED, needs=needs, community=community, minor=minor, alias=alias)
        lines = db.session.query(Need).filter_by(application_id=application.id).order_by(Need.id).all()
        campaign = Campaign(
            slug=slug or f"nurse-{refs.random_ref(6).lower()}",
            organisation_id=community.id,
            author_id=(author or amina).id,
            state=CampaignState.DRAFT,
            concerns_minor=minor,
            title=title,
            summary="Two terms of fees and books for a student who wants to be a nurse.",
            story="Amber Heron is the first of five to reach *secondary school*.",
            story_html="<p>Amber Heron is the first of five to reach <em>secondary school</em>.</p>",
            country="KE",
            level="Secondary, year 3",
            deadline=clock.today() + timedelta(days=60),
            currency=community.currency,
            published_at=clock.now() if state not in {CampaignState.DRAFT, CampaignState.IN_REVIEW} else None,
            asked=sum(line.amount for line in lines),
        )
        db.session.add(campaign)
        db.session.flush()
        for need in lines:
            db.session.add(
                BudgetLine(
                    campaign_id=campaign.id,
                    need_id=need.id,
                    school_id=school.id,
                    alias=application.alias,
                    label=need.label,
                    kind=need.kind.value,
                    term=need.term,
                    amount=need.amount,
                    currency=need.currency,
                )
            )
        if state in PUBLIC and minor:
            approve_campaign(campaign)
        campaign.state = state
        db.session.commit()
        return campaign

    return make


@pytest.fixture
def a_pledge(app: object) -> Callable[..., Pledge]:
    """Make a pledge with one instalment that is due: `a_pledge(campaign, 50_00)`; confirmed unless said otherwise.

    Figures and allocations stand as `pledge.rules.confirm` would leave them.
    """

    def make(
        campaign: Campaign,
        amount: int = 50_00,
        *,
        confirmed: bool = True,
        name: str = "Petra Sponsor",
        email: str = "petra@example.org",
        organisation: str | None = None,
        company: Organisation | None = None,
        method: Method = Method.BANK_TRANSFER,
        show_name: bool = True,
    ) -> Pledge:
        ref = refs.random_ref()
        pledge = Pledge(
            ref=ref,
            once=crypto.token(),
            organisation_id=campaign.organisation_id,
            campaign_id=campaign.id,
            company_id=company.id if company else None,
            status=PledgeStatus.CONFIRMED if confirmed else PledgeStatus.PROMISED,
            amount=amount,
            currency=campaign.currency,
            name=name,
            email=email,
            organisation_name=organisation,
            method=method,
            show_name=show_name,
            confirmed_at=clock.now() if confirmed else None,
        )
        db.session.add(pledge)
        db.session.flush()
        db.session.add(
            Instalment(
                pledge_id=pledge.id,
                number=1,
                reference=refs.creditor_reference(f"{ref}1"),
                amount=amount,
                currency=campaign.currency,
                due_on=clock.today() + timedelta(days=14),
                state=InstalmentState.DUE if confirmed else InstalmentState.SCHEDULED,
            )
        )
        if confirmed:
            _cover(campaign, pledge)
        db.session.commit()
        return pledge

    return make


def _cover(campaign: Campaign, pledge: Pledge) -> None:
    rest = pledge.amount
    lines = db.session.query(BudgetLine).filter_by(campaign_id=campaign.id).order_by(BudgetLine.id).all()
    for line in lines:
        part = min(rest, line.amount - line.pledged)
        if part > 0:
            db.session.add(Allocation(pledge_id=pledge.id, line_id=line.id, amount=part))
            line.pledged += part
            rest -= part
    campaign.pledged += pledge.amount
    campaign.pledged_at = campaign.pledged_at or clock.now()
    campaign.sponsor_count += 1
    campaign.version += 1


@pytest.fixture
def eur() -> Callable[[int], Money]:
    """`eur(12_50)` is €12.50."""
    return lambda amount: Money(amount, "EUR")
