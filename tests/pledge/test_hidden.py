"""What is hidden because consent was withdrawn is hidden everywhere."""

from campaigns.kit import db
from campaigns.student import rules as students
from campaigns.student.models import Application
from campaigns.student.states import Purpose


def withdrawn(safiya) -> None:
    """An officer ends the consent to the one application there is."""
    application = db.session.query(Application).one()
    students.withdraw(application, Purpose.PUBLISH_TEXT, by=safiya)
    db.session.commit()


def test_nobody_can_open_the_form_of_a_campaign_whose_consent_was_withdrawn(client, a_campaign, safiya):
    campaign = a_campaign(title="Unseen from now on")
    assert "Unseen from now on" in client.get(f"/c/{campaign.slug}/pledge").text
    withdrawn(safiya)
    answer = client.get(f"/c/{campaign.slug}/pledge")
    assert answer.status_code == 404
    assert "Unseen" not in answer.text
