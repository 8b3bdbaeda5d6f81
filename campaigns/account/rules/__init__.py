"""Every write to accounts, second factors, organisations and roles."""

from campaigns.account.rules.credentials import authenticate, reauthenticate
from campaigns.account.rules.emails import BadEmail, email_canonical, normal_email
from campaigns.account.rules.organisations import AlreadyHeld, create_organisation, current_memberships, end, grant
from campaigns.account.rules.people import (
    EmailTaken,
    change_email,
    change_password,
    confirm,
    confirm_email,
    create_user,
    forgot,
    rename,
    reset,
    sign_up,
)
from campaigns.account.rules.schools import Imported, import_schools

__all__ = [
    "AlreadyHeld",
    "BadEmail",
    "EmailTaken",
    "Imported",
    "authenticate",
    "change_email",
    "change_password",
    "confirm",
    "confirm_email",
    "create_organisation",
    "create_user",
    "current_memberships",
    "email_canonical",
    "end",
    "forgot",
    "grant",
    "import_schools",
    "normal_email",
    "reauthenticate",
    "rename",
    "reset",
    "sign_up",
]
