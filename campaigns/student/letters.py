"""The letter that a student reads with a decision, in plain words."""

from datetime import datetime

from babel.dates import format_date

from campaigns.student.states import IN_WORDS, Reason, Verdict

OPENING = {
    Verdict.APPROVE: "Good news: {community} has said yes to your application {ref}.",
    Verdict.WAITLIST: "{community} would like to support you, and has put your application {ref} on its waiting list.",
    Verdict.DECLINE: "{community} cannot support your application {ref} now.",
}
NEXT = {
    Verdict.APPROVE: "What happens next: somebody makes sure of what you agreed to. Then a campaign can ask sponsors "
    "for your costs. The money goes to your school.",
    Verdict.WAITLIST: "What happens next: you need not do anything. When a place comes free, the first on the list "
    "gets it by itself. Your place on the list stands on the page where you read this.",
    Verdict.DECLINE: "This says nothing about your worth. You may ask another community, or come back when things "
    "have changed.",
}
APPEAL = (
    "If you think that something was overlooked, you can say so once, until {until}. Two people who have not read your "
    "application before will then look at it."
)
FINAL = "Two people who had not read it before have looked at it again, so this decision is final."


def written(
    community: str, ref: str, verdict: Verdict, reason: Reason, paragraph: str, *, appeal_until: datetime | None
) -> str:
    """The whole letter. `appeal_until` is None for a decision of the second panel, which is final."""
    parts = [OPENING[verdict].format(community=community, ref=ref), f"{IN_WORDS[reason]}.", paragraph.strip()]
    if verdict is Verdict.DECLINE:
        day = format_date(appeal_until, "d MMMM y", locale="en") if appeal_until else ""
        parts.append(APPEAL.format(until=day) if appeal_until else FINAL)
    parts += [NEXT[verdict], community]
    return "\n\n".join(part for part in parts if part)
