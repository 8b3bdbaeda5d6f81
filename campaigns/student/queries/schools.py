"""Finding schools."""

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind

SCHOOLS_SHOWN = 20


def schools(text: str, country: str | None = None) -> sa.Select[Organisation]:
    """Schools whose name has every word of `text`, those that begin with it first; one more than is shown."""
    words = (word for word in text.split()[:8])
    has_all = [sa.or_(*(Organisation.name.icontains(form, autoescape=True) for form in _forms(word))) for word in words]
    select = sa.select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL, *has_all)
    if country:
        select = select.where(Organisation.country == country)
    begins = Organisation.name.istartswith(text, autoescape=True)
    first = sa.case((begins, 0), else_=1)
    return select.order_by(first, Organisation.name, Organisation.id).limit(SCHOOLS_SHOWN + 1)


def _forms(word: str) -> set[str]:
    """SQLite folds the case of ASCII letters only."""
    return {word} if word.isascii() else {word, word.capitalize(), word.lower(), word.upper()}


def school(school_id: int | None) -> sa.Select[Organisation]:
    """A school by its number."""
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL, Organisation.id == school_id)
