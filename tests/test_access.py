"""Every grant: which role, in which community, with what shown, and without what conflict.

The table is written out a second time on purpose: whoever changes a grant has to say so twice.
"""

from dataclasses import dataclass, field

import pytest

from campaigns import access
from campaigns.access import GRANTS, Action
from campaigns.account import rules as account
from campaigns.account.models import Membership, Organisation, User
from campaigns.account.states import COMMUNITY_ROLES, COMPANY_ROLES, SECOND_FACTOR_ROLES, OrganisationKind, Role
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded, SecondFactorNeeded

OURS, THEIRS, PLATFORM = 1, 2, 3

EVERYONE = "organiser member vetter safeguarding_officer treasurer"
EXPECTED = {
    "view_community": EVERYONE,
    "manage_team": "organiser",
    "edit_community": "organiser",
    "see_applications": "vetter safeguarding_officer",
    "vet": "vetter safeguarding_officer",
    "decide_application": "vetter safeguarding_officer",
    "overrule_conflict": "safeguarding_officer",
    "set_rubric": "organiser",
    "ask_applicant": "vetter safeguarding_officer",
    "see_identity": "vetter safeguarding_officer",
    "see_document": "vetter safeguarding_officer",
    "import_applications": "organiser member",
    "see_import_codes": "organiser member",
    "restore_entry": "vetter safeguarding_officer",
    "check_consent": "safeguarding_officer",
    "see_school_accounts": "organiser treasurer safeguarding_officer",
    "confirm_school_account": "treasurer",
    "second_school_account": "organiser treasurer safeguarding_officer",
    "stop_school_account": "organiser treasurer safeguarding_officer",
    "verify_need": "vetter safeguarding_officer",
    "approve_need_change": "safeguarding_officer",
    "create_campaign": "organiser member",
    "edit_campaign": "organiser member",
    "review_campaign": "safeguarding_officer",
    "close_campaign": "organiser",
    "write_ask": "organiser member",
    "moderate_ask": "safeguarding_officer",
    "send_ask": "organiser member",
    "see_money": "organiser treasurer",
    "record_payment": "treasurer",
    "refund": "treasurer",
    "edit_legal_details": "treasurer",
    "issue_document": "treasurer",
    "edit_bank_details": "treasurer",
    "propose_disbursement": "treasurer",
    "release_disbursement": "organiser treasurer",
    "prove_disbursement": "treasurer",
    "order_transfers": "treasurer",
    "void_transfers": "organiser treasurer",
    "record_return": "treasurer",
    "report_departure": "vetter safeguarding_officer",
    "confirm_departure": "vetter safeguarding_officer",
    "settle_departure": "organiser treasurer",
    "record_outcome": "vetter safeguarding_officer",
    "approve_outcome": "safeguarding_officer",
    "write_update": "organiser member",
    "approve_update": "safeguarding_officer",
    "see_messages": "safeguarding_officer",
    "moderate_message": "safeguarding_officer",
    "answer_sponsor": "organiser member",
    "review_work": "vetter safeguarding_officer",
    "read_for_publication": "organiser member vetter safeguarding_officer",
    "read_as_officer": "safeguarding_officer",
    "view_company": "company_admin company_finance company_viewer",
    "manage_company": "company_admin",
    "pay_for_company": "company_admin company_finance",
    "set_company_limit": "company_admin",
    "propose_pledge": "company_admin company_finance company_viewer",
    "approve_pledge": "company_admin company_finance",
    "withdraw_proposal": "company_admin company_finance company_viewer",
    "decide_claim": "",
    "administer": "",
    "export_person": "safeguarding_officer",
    "erase_person": "safeguarding_officer",
    "break_glass": "safeguarding_officer",
    "see_break_glass": "organiser safeguarding_officer",
    "acknowledge_break_glass": "organiser safeguarding_officer",
}
PLATFORM_EXPECTED = {
    "manage_company": "administrator",
    "decide_claim": "administrator",
    "moderate_ask": "moderator",
    "see_messages": "moderator",
    "moderate_message": "moderator",
    "administer": "administrator",
    "break_glass": "administrator",
    "see_break_glass": "administrator",
}
FRESH = {
    "refund",
    "edit_legal_details",
    "see_identity",
    "see_document",
    "restore_entry",
    "see_import_codes",
    "see_school_accounts",
    "confirm_school_account",
    "second_school_account",
    "propose_disbursement",
    "record_return",
    "order_transfers",
    "void_transfers",
    "edit_bank_details",
    "release_disbursement",
    "export_person",
    "erase_person",
    "break_glass",
}
ALWAYS_SECOND_FACTOR = {
    "release_disbursement",
    "second_school_account",
    "void_transfers",
    "break_glass",
    "see_break_glass",
}
GRANTED = [(Action(action), Role(role)) for action, roles in EXPECTED.items() for role in roles.split()]
REFUSED = [(action, role) for action in Action for role in Role if (action, role) not in GRANTED]


@dataclass
class Thing:
    """Something of a community that nobody has had a hand in yet."""

    organisation_id: int = OURS
    author_id: int | None = None
    user_id: int | None = None
    applicant_user_id: int | None = None
    applicant_email: str | None = None
    helper_user_id: int | None = None
    referee_id: int | None = None
    helper_email: str | None = None
    barred_ids: set[int] = field(default_factory=set)
    recused_ids: set[int] = field(default_factory=set)
    first_panel_ids: set[int] = field(default_factory=set)
    blind_ids: set[int] = field(default_factory=set)
    started_by_id: int = 7
    reported_by_id: int | None = None
    recorded_by_id: int | None = None
    proposed_by_id: int | None = None
    opened_by_id: int | None = None
    kept_out_ids: set[int] = field(default_factory=set)
    looked_by_id: int | None = None
    made_by_id: int | None = None
    confirmed_by_id: int | None = None
    first_approver_id: int | None = None

    @property
    def application(self):
        return self

    def has_party(self, user):
        return self.author_id == user.id

    def is_referee(self, user):
        return self.referee_id == user.id

    def withholds_identity_from(self, user):
        return user.id in self.blind_ids


def of_own(action):
    """A thing that this action may be done to: what only its proposer takes back is the person's own."""
    return Thing(proposed_by_id=7 if action is Action.WITHDRAW_PROPOSAL else None)


def a_person(*roles, where=OURS, kind=OrganisationKind.COMMUNITY, shown=True):
    """A person who holds these roles, with everything shown that can be (or nothing)."""
    person = User(id=7, email="p@example.org", email_canonical="p@example.org", name="P", password_hash="x")
    organisation = Organisation(id=where, kind=kind, slug="o", name="O")
    person.__dict__["memberships"] = [
        Membership(user_id=7, organisation_id=where, organisation=organisation, role=role) for role in roles
    ]
    person.second_factor = person.reauthenticated = shown
    return person


def on_the_platform(role, **others):
    return a_person(role, where=PLATFORM, kind=OrganisationKind.PLATFORM, **others)


def test_every_action_is_in_both_tables():
    assert set(GRANTS) == set(Action)
    assert set(EXPECTED) == {action.value for action in Action}


@pytest.mark.parametrize(("action", "role"), GRANTED)
def test_a_role_does_its_work_in_its_own_community_only(action, role):
    access.require(a_person(role), action, of_own(action))
    assert access.allows(a_person(role), action, of_own(action))
    assert access.holds(a_person(role), action, of_own(action))
    with pytest.raises(NotAllowed):
        access.require(a_person(role), action, Thing(organisation_id=THEIRS))
    assert not access.allows(a_person(role), action, Thing(organisation_id=THEIRS))
    assert not access.holds(a_person(role), action, Thing(organisation_id=THEIRS))


@pytest.mark.parametrize(("action", "role"), REFUSED)
def test_no_other_role_does_it(action, role):
    with pytest.raises(NotAllowed, match="Your role does not include this"):
        access.require(a_person(role), action, Thing())
    assert not access.allows(a_person(role), action, Thing())


@pytest.mark.parametrize("action", list(Action))
def test_without_a_role_nothing_is_allowed(action):
    with pytest.raises(NotAllowed):
        access.require(a_person(), action, Thing())


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMINISTRATOR])
def test_vouch_itself_reaches_into_a_community_only_where_the_table_says(action, role):
    expected = PLATFORM_EXPECTED.get(action.value) == role.value
    assert access.allows(on_the_platform(role), action, Thing()) == expected


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMINISTRATOR])
def test_a_role_of_vouch_that_was_given_within_a_community_counts_for_nothing(role):
    impostor = a_person(role)
    assert access.platform_roles(impostor) == frozenset()
    assert not any(access.allows(impostor, action, Thing()) for action in Action)


def test_a_community_role_held_in_vouch_itself_gives_no_platform_role():
    assert access.platform_roles(on_the_platform(Role.ORGANISER)) == frozenset()


@pytest.mark.parametrize(("action", "role"), GRANTED)
def test_a_second_factor_is_asked_of_roles_that_need_one(action, role):
    person = a_person(role, shown=False)
    person.reauthenticated = True
    if role in SECOND_FACTOR_ROLES or action.value in ALWAYS_SECOND_FACTOR:
        with pytest.raises(SecondFactorNeeded):
            access.require(person, action, of_own(action))
        assert access.allows(person, action, of_own(action))
    else:
        access.require(person, action, of_own(action))


@pytest.mark.parametrize("action", list(PLATFORM_EXPECTED))
def test_a_second_factor_is_asked_of_those_who_work_for_vouch(action):
    person = on_the_platform(Role(PLATFORM_EXPECTED[action]), shown=False)
    with pytest.raises(SecondFactorNeeded):
        access.require(person, Action(action), Thing())


def test_whoever_may_by_a_role_without_second_factor_is_not_asked_for_one():
    both = a_person(Role.ORGANISER, Role.TREASURER, shown=False)
    access.require(both, Action.SEE_MONEY, Thing())
    with pytest.raises(SecondFactorNeeded):
        access.require(both, Action.RECORD_PAYMENT, Thing())


@pytest.mark.parametrize(("action", "role"), GRANTED)
def test_a_fresh_password_is_asked_where_money_or_identities_are_touched(action, role):
    person = a_person(role)
    person.reauthenticated = False
    if action.value in FRESH:
        with pytest.raises(ReauthenticationNeeded):
            access.require(person, action, of_own(action))
        assert access.allows(person, action, of_own(action))
    else:
        access.require(person, action, of_own(action))


HANDS: tuple[dict[str, object], ...] = (
    {"applicant_user_id": 7},
    {"applicant_email": "p@example.org"},
    {"helper_user_id": 7},
    {"helper_email": "p@example.org"},
)
"""Every way to be the student of an application, or who entered it for them."""

CONFLICTS = [
    *((action, {"author_id": 7}) for action in ("review_campaign", "moderate_ask", "approve_update")),
    *((action, {"author_id": 7}) for action in ("read_for_publication", "read_as_officer")),
    *((action, {"applicant_user_id": 7}) for action in ("vet", "ask_applicant", "see_identity", "check_consent")),
    *((a, {"applicant_email": "p@example.org"}) for a in ("vet", "ask_applicant", "see_identity", "check_consent")),
    *((a, {"helper_user_id": 7}) for a in ("vet", "ask_applicant", "see_identity", "check_consent", "restore_entry")),
    *((a, {"helper_email": "p@example.org"}) for a in ("vet", "see_identity", "check_consent", "restore_entry")),
    ("verify_need", {"applicant_user_id": 7}),
    ("verify_need", {"applicant_email": "p@example.org"}),
    ("approve_need_change", {"applicant_user_id": 7}),
    ("approve_need_change", {"proposed_by_id": 7}),
    *(("vet", hand) for hand in ({"barred_ids": {7}}, {"helper_email": "p@example.org"})),
    *((a, hand) for a in ("decide_application", "overrule_conflict", "verify_need") for hand in HANDS),
    *((a, {"recused_ids": {7}}) for a in ("decide_application", "overrule_conflict", "ask_applicant", "verify_need")),
    ("decide_application", {"first_panel_ids": {7}}),
    *((a, {"blind_ids": {7}}) for a in ("see_identity", "see_document")),
    *((a, hand) for a in ("see_document", "report_departure", "confirm_departure", "record_outcome") for hand in HANDS),
    *((a, hand) for a in ("export_person", "erase_person", "break_glass", "review_work") for hand in HANDS),
    ("confirm_departure", {"reported_by_id": 7}),
    ("approve_outcome", {"recorded_by_id": 7}),
    ("see_import_codes", {"started_by_id": 8}),
    ("confirm_school_account", {"proposed_by_id": 7}),
    ("acknowledge_break_glass", {"opened_by_id": 7}),
    *((a, {"referee_id": 7}) for a in ("vet", "decide_application", "ask_applicant", "verify_need")),
    ("moderate_message", {"author_id": 7}),
    *(("review_work", {hand: 7}) for hand in ("applicant_user_id", "first_approver_id")),
    ("review_work", {"applicant_email": "p@example.org"}),
    ("release_disbursement", {"proposed_by_id": 7}),
    ("release_disbursement", {"looked_by_id": 7}),
    ("void_transfers", {"made_by_id": 7}),
    ("release_disbursement", {"kept_out_ids": {7}}),
    *(("second_school_account", {hand: 7}) for hand in ("proposed_by_id", "confirmed_by_id")),
]


@pytest.mark.parametrize(("action", "hand"), CONFLICTS)
def test_nobody_takes_two_steps_of_the_same_case(action, hand):
    for role in EXPECTED[action].split():
        person, thing = a_person(Role(role)), Thing(**hand)
        with pytest.raises(NotAllowed, match="somebody else"):
            access.require(person, Action(action), thing)
        assert not access.allows(person, Action(action), thing)
        assert access.holds(person, Action(action), thing)


def test_a_moderator_of_vouch_does_not_moderate_an_own_letter():
    with pytest.raises(NotAllowed, match="somebody else"):
        access.require(on_the_platform(Role.MODERATOR), Action.MODERATE_ASK, Thing(author_id=7))


def test_a_conflict_is_told_before_a_second_factor_is_asked_for():
    with pytest.raises(NotAllowed, match="somebody else"):
        access.require(a_person(Role.VETTER, shown=False), Action.VET, Thing(applicant_user_id=7))


def test_no_grant_gives_a_company_or_vouch_a_place_in_a_community():
    mixed = [
        action for action, grant in GRANTS.items() if grant.roles & COMMUNITY_ROLES and grant.roles & COMPANY_ROLES
    ]
    held = {role for grant in GRANTS.values() for role in grant.roles}
    assert mixed == []
    assert held <= COMMUNITY_ROLES | COMPANY_ROLES


@pytest.mark.both_databases
def test_the_organisations_of_an_action_are_those_where_the_role_is_held(a_user, lantern, harbour):
    person = a_user("Zuri", (Role.VETTER, lantern), (Role.MEMBER, harbour))
    found = {action: set(db.session.scalars(access.organisations_of(person, action))) for action in Action}
    assert found[Action.SEE_APPLICATIONS] == {lantern.id}
    assert found[Action.WRITE_ASK] == {harbour.id}
    assert found[Action.VIEW_COMMUNITY] == {lantern.id, harbour.id}
    assert found[Action.SEE_MONEY] == set()


def test_a_moderator_moderates_everywhere(mo, lantern, harbour, vouch):
    found = set(db.session.scalars(access.organisations_of(mo, Action.MODERATE_ASK)))
    assert found >= {lantern.id, harbour.id}
    assert set(db.session.scalars(access.organisations_of(mo, Action.SEND_ASK))) == set()


def test_a_role_that_ended_counts_for_nothing(victor, lantern):
    account.end(account.current_memberships(victor)[0])
    db.session.commit()
    assert not access.allows(victor, Action.SEE_APPLICATIONS, lantern)
    assert set(db.session.scalars(access.organisations_of(victor, Action.SEE_APPLICATIONS))) == set()


@pytest.mark.both_databases
def test_those_who_could_be_asked_are_the_holders_of_the_role(amina, tomas, victor, otto, lantern):
    assert db.session.scalars(access.holders(Action.SEE_MONEY, lantern.id)).all() == [amina, tomas]
    tomas.disabled_at = tomas.created_at
    db.session.flush()
    assert db.session.scalars(access.holders(Action.SEE_MONEY, lantern.id)).all() == [amina]
