"""What tests of payments to schools share: files, and money in a campaign's account."""

from io import BytesIO

from PIL import Image

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import figures
from campaigns.kit import crypto, db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(width: int = 300, height: int = 400) -> bytes:
    """A photograph of a receipt that says in its EXIF where it was taken."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "Canary place"
    Image.new("RGB", (width, height), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def lines_of(campaign: Campaign) -> list[BudgetLine]:
    return db.session.query(BudgetLine).filter_by(campaign_id=campaign.id).order_by(BudgetLine.id).all()


def receive(campaign: Campaign, amount: int) -> None:
    """Let sponsors pay this much into a campaign's account."""
    bank = ledger.account(f"bank:{campaign.organisation_id}:{campaign.currency}", campaign.currency)
    account = ledger.account(f"campaign:{campaign.id}", campaign.currency)
    ledger.move(Money(amount, campaign.currency), source=bank, target=account, cause=("test", crypto.token()))
    figures.add(campaign.id, pledged=amount, received=amount)
    db.session.commit()
