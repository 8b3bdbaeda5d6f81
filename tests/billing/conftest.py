"""A community that may write invoices, and a sponsor who needs them."""

import pytest
import sqlalchemy as sa

from campaigns.billing import queries, rules
from campaigns.billing.rules import BillTo, Order
from campaigns.billing.states import Kind
from campaigns.community.models import Community, CommunityLegal
from campaigns.kit import crypto, db
from campaigns.pledge.models import Instalment

MERIDIAN = BillTo("Meridian Freight GmbH", "Am Kai 9\n20457 Hamburg", "DE", "DE136695976")


@pytest.fixture
def legal(lantern):
    """What Lantern is before the law."""
    return set_up(lantern)


def set_up(community, **about):
    told = {
        "legal_name": "Lantern e.V.", "address": "Hafenstraße 3\n20459 Hamburg", "country": "DE",
        "registration": "VR 1234", "tax_id": "DE136695976", "lang": "en",
    }  # fmt: skip
    made = CommunityLegal(organisation_id=community.id, **(told | about))
    db.session.add(made)
    found = db.session.get_one(Community, community.id)
    found.payee, found.iban, found.bic = "Lantern e.V.", "DE89370400440532013000", "COBADEFFXXX"
    db.session.commit()
    return made


@pytest.fixture
def pledge(legal, a_campaign, a_pledge):
    """€500 promised, one instalment, due in a fortnight."""
    return a_pledge(a_campaign(), 500_00, organisation="Meridian Freight")


def lines_of(*pledges):
    """The instalments of pledges, or of their numbers."""
    numbers = [each if isinstance(each, int) else each.id for each in pledges]
    ids = db.session.scalars(sa.select(Instalment.id).where(Instalment.pledge_id.in_(numbers))).all()
    return list(db.session.scalars(queries.to_bill(ids)))


@pytest.fixture
def bill(app):
    """Issue a document for the sponsor of these pledges: `bill(pledge, kind=Kind.QUOTE, lang="ar")`."""

    def make(*pledges, kind=Kind.INVOICE, by=None, once=None, to=MERIDIAN, commit=True, **order):
        made = rules.issue(
            kind, [each.id for each in lines_of(*pledges)], Order(to, **order), once=once or crypto.token(), by=by
        )
        if commit:
            db.session.commit()
        return made

    return make


def text_of(document):
    """Everything a document prints, in one string."""
    paper = rules.read(document)
    return " ".join([paper.title, *(str(block) for block in paper.blocks)])
