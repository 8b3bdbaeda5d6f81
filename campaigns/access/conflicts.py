"""Conflicts of interest: what keeps a person from a thing whatever their role."""

from collections.abc import Callable
from typing import Any

from campaigns.account.models import User

Conflict = Callable[[User, Any], bool]


def is_author(user: User, thing: Any) -> bool:
    """The person wrote it."""
    return bool(thing.author_id == user.id)


def is_applicant(user: User, application: Any) -> bool:
    """The person is the applicant, or entered the application for the student, by account or by address."""
    return user.id in {application.applicant_user_id, application.helper_user_id} or user.email_canonical in {
        application.applicant_email,
        application.helper_email,
    }


def is_recused(user: User, application: Any) -> bool:
    """The person is the applicant or vouches for them, or has a conflict of interest that stands."""
    mine = is_applicant(user, application) or user.id in application.recused_ids
    return mine or application.is_referee(user)


def is_barred(user: User, application: Any) -> bool:
    """The person is recused, has seen who the student is, or belongs to the panel that was appealed against."""
    mine = is_applicant(user, application) or user.id in application.barred_ids
    return mine or application.is_referee(user)


def decides_against_themselves(user: User, application: Any) -> bool:
    """The person is recused, or belongs to the panel that was appealed against."""
    return is_recused(user, application) or user.id in application.first_panel_ids


def has_to_be_blind(user: User, application: Any) -> bool:
    """The person is recused, or has to score the application without knowing who the student is."""
    return is_applicant(user, application) or bool(application.withholds_identity_from(user))


def asked_the_school(user: User, account: Any) -> bool:
    """The person asked for this account: a second one confirms it."""
    return bool(account.proposed_by_id == user.id)


def asked_or_confirmed(user: User, account: Any) -> bool:
    """The person asked for this account or has confirmed it: the second is somebody else."""
    return asked_the_school(user, account) or bool(account.confirmed_by_id == user.id)


def proposed_or_recused(user: User, change: Any) -> bool:
    """The person proposed this change of a cost, or keeps out of the application that it belongs to."""
    return bool(user.id == change.proposed_by_id) or is_recused(user, change.application)


def opened_it(user: User, glass: Any) -> bool:
    """The person broke this glass."""
    return bool(glass.opened_by_id == user.id)


def proposed_or_kept_out(user: User, payment: Any) -> bool:
    """The person proposed this payment or looked at it again, vetted a student whom it supports, or has ties to one."""
    return user.id in {payment.proposed_by_id, payment.looked_by_id} or user.id in payment.kept_out_ids


def made_it(user: User, batch: Any) -> bool:
    """The person made this file for the bank."""
    return bool(batch.made_by_id == user.id)


def did_not_start(user: User, run: Any) -> bool:
    """Somebody else started it: what it made is for them to hand out."""
    return bool(run.started_by_id != user.id)


def is_party(user: User, message: Any) -> bool:
    """The person wrote it, or is the sponsor or the student between whom it goes."""
    return bool(message.has_party(user))


def made_or_approved(user: User, work: Any) -> bool:
    """The person is the student who made it, or has approved it already."""
    return is_applicant(user, work.application) or bool(work.first_approver_id == user.id)


def reported_or_left(user: User, departure: Any) -> bool:
    """The person reported this departure, or is the student who leaves."""
    return bool(departure.reported_by_id == user.id) or is_applicant(user, departure.application)


def proposed_or_approved(user: User, proposal: Any) -> bool:
    """The person proposed this pledge of a company, or has approved it already."""
    return user.id in {proposal.proposed_by_id, proposal.first_approver_id}


def did_not_propose(user: User, proposal: Any) -> bool:
    """Somebody else proposed it: it is theirs to take back."""
    return bool(user.id != proposal.proposed_by_id)


def asked_for_it(user: User, thing: Any) -> bool:
    """The person asked for it: somebody else decides."""
    return bool(thing.user_id == user.id)


def recorded_it(user: User, thing: Any) -> bool:
    """The person took it down."""
    return bool(thing.recorded_by_id == user.id)
