"""What is sent to each address, so that the rule behind it is reached and would say yes to the right person."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pyotp

from campaigns.kit import clock, crypto
from tests.cast.approvals import SAID_NO
from tests.cast.world import Person, Stage
from tests.grants.build import SECRET
from tests.grants.letters import LETTER
from tests.grants.money import PDF

PASSWORD = "correct horse battery staple"
NEW_PASSWORD = "staple battery horse correct"
STATEMENT = "Date;Amount;Currency;Payer;Text\n2026-03-02;12.50;EUR;Petra;A gift\n"
ASK = {"contact_name": "Rosa Reader", "contact_email": "rosa@meridian.example", "amount": "200", "body": LETTER,
       "subject": "Will you stand behind a nurse?"}  # fmt: skip
WORDS = {"title": "A title", "summary": "A summary", "story": "A story"}
CRITERIA = ("need", "place", "plan", "difference", "costs", "safety")
WEIGHTS = dict.fromkeys(CRITERIA, "1")
SHEET = {f"{name}-{part}": value for name in CRITERIA for part, value in (("level", "3"), ("reason", "Shown."))} | {
    "recommends": "approve"
}
APPLICATION, CAMPAIGN, MONEY = "/a/{slug}/applications/", "/a/{slug}/campaigns/", "/a/{slug}/money/"
PAYMENT, UPDATE = "/a/{slug}/disbursements/", "/a/{slug}/updates/"

IMPORT = "name,birth date,school,country,level\nAnn,2011-05-04,Lakeside,KE,Form 3\n"

CHANGED = {"kind": "tuition", "amount": "950", "term": "Term 1, 2027", "how": "called", "reason": "New fees."}
BILLED = {
    "kind": "invoice", "instalments": "{unbilled_line}", "name": "Meridian", "address": "Am Kai 9", "country": "DE",
    "days": "30", "lang": "en",
}  # fmt: skip
SENT: dict[str, dict[str, Any]] = {
    "/account": {"name": "Another Name"},
    "/account/password": {"current": PASSWORD, "password": NEW_PASSWORD},
    "/account/email": {"email": "new.{my_name}@example.org", "password": PASSWORD},
    "/account/data/erase": {"word": "erase"},
    "/account/reauthenticate": {"password": PASSWORD},
    "/account/second-factor/set-up": {"secret": "{sealed}", "code": lambda: pyotp.TOTP(SECRET).now()},
    "/communities/new": {"name": "Beacon {my_name}", "kind": "social", "country": "KE", "currency": "EUR"},
    "/a/{slug}/settings": {"about": "What we do."},
    "/a/{slug}/settings/bank": {"payee": "Lantern e.V.", "iban": "GB82WEST12345698765432", "bic": ""},
    "/a/{slug}/settings/legal": {"legal_name": "Lantern e.V.", "address": "Am Kai 9", "country": "DE", "lang": "en"},
    f"{MONEY}documents/{{invoice}}/cancel": {"reason": "Wrong order number."},
    f"{MONEY}documents/new/{{unbilled}}": BILLED,
    "/s/{company}/people": {"email": "somebody@example.org", "role": "company_viewer"},
    "/s/{company}/pay": {"instalments": "{company_due}"},
    "/s/{company}/approvals/limit": {"amount": "250", "currency": "EUR"},
    "/s/{company}/propose": {"campaign": "live", "amount": "1", "reason": "Our drivers.", "once": "{my_name}"},
    "/s/{company}/approvals/{proposal}": {"approve": "yes"},
    "/s/{company}/documents": {"email": "payer@example.org"},
    "/company-claims/{claim}": {"note": "Rang their desk.", "grant": "yes"},
    "/a/{slug}/team": {"email": "somebody@example.org", "role": "member"},
    f"{APPLICATION}{{in_review}}/question": {"question": "Which school?"},
    f"{APPLICATION}{{scoring}}/score": SHEET,
    f"{APPLICATION}{{scoring}}/conflict": {"kind": "related"},
    f"{APPLICATION}{{scoring}}/conflicts/{{namesake}}": {"why": "I know both."},
    f"{APPLICATION}{{ready}}/decision": {"reason": "documents_seen", "seen": "{letter_seen}", "send": "1"},
    f"{APPLICATION}decide?ref={{ready}}": {
        "reason_{ready}": "documents_seen", "seen_{ready}": "{letter_seen}", "send": "1",
    },
    "/a/{slug}/interests": {"contact": "+254 700 000 009"},
    "/a/{slug}/settings/rubric": WEIGHTS | {"threshold": "30"},
    "/a/{slug}/settings/places": {"count": "5"},
    f"{APPLICATION}{{approved}}/consent": {"purposes": "publish_text", "how": "by telephone"},
    f"{APPLICATION}{{approved}}/consent/withdraw": {"purpose": "publish_text"},
    f"{APPLICATION}{{approved}}/people/referee": {"name": "Ruth", "relation": "teacher", "email": "ruth@example.net"},
    f"{APPLICATION}{{approved}}/people/school": {"email": "office@mwangaza.ac.ke"},
    "/a/{slug}/messages/{held}/approve": {"seen": "{held_seen}"},
    "/a/{slug}/messages/{held}/return": {"reason": "contact"},
    "/a/{slug}/conversations/{with_group}": {"text": "They are well."},
    "/a/{slug}/showcase/{work}/approve": {
        "seen": "{work_seen}", "answers": lambda: ["names", "place", "picture", "detail", "later"],
    },
    "/a/{slug}/showcase/{work}/return": {"because": "names"},
    f"{APPLICATION}{{supported}}/departure": {"kind": "left_school", "happened_on": "{today}"},
    f"{APPLICATION}{{leaving}}/departure/confirm": {"sure": "y"},
    f"{APPLICATION}{{supported}}/outcome": {"kind": "graduated", "reached_on": "{today}"},
    "/a/{slug}/departures/{departure}/{undecided}": {"choice": "back"},
    f"{CAMPAIGN}{{group}}/replacement": {"needs": "{free_need}"},
    f"{APPLICATION}{{approved}}/erase": {"word": "erase"},
    "/break-glass/open/{approved}": {"reason": "security", "why": "Somebody reports that it was misused."},
    f"{CAMPAIGN}new": WORDS | {"needs": "{need}", "deadline": "{in_a_month}"},
    f"{CAMPAIGN}{{draft}}/edit": WORDS | {"deadline": "{in_a_month}"},
    f"{CAMPAIGN}{{reviewing}}/review": {"seen": "{seen}", "approve": "1"} | SAID_NO,
    "/a/{slug}/asks/new?campaign={live}&company={company}": ASK,
    "/a/{slug}/asks/{drafted}/edit": ASK,
    "/a/{slug}/asks/{drafted}/read": {"version": "1", "approve": "1"} | SAID_NO,
    f"{CAMPAIGN}{{live}}/updates/new": {"title": "News", "body": "All is well."},
    f"{UPDATE}{{draft_update}}": {"title": "News", "body": "All is well."},
    f"{UPDATE}{{reviewing_update}}/approve": {"seen": "{hash}"} | SAID_NO,
    f"{UPDATE}{{reviewing_update}}/give-back": {"note": "Shorter, please."},
    "/a/{slug}/applications/{checked}/needs/{own_need}/verify": {
        "seen": "{seen_need}", "how": "called", "expires_on": "{in_a_month}",
    },
    "/a/{slug}/applications/{checked}/needs/{own_need}/correct": CHANGED,
    "/a/{slug}/applications/{funded}/needs/{tuition}/change": CHANGED,
    "/a/{slug}/need-changes/{change}": {"approve": "1"},
    "/a/{slug}/refund-wishes/{wish}": {"outcome": "Sent back."},
    "/a/{slug}/pledges/{pledge}/message": {"shown": "yes"},
    "/a/{slug}/offers/{gift}/accept": {"line": "0", "school_email": "office@mwangaza.ac.ke"},
    "/a/{slug}/offers/{hold}/end": {"reason": "Looked into."},
    f"{MONEY}pool/{{pool}}": {"campaign": "{live_id}", "amount": "1"},
    f"{MONEY}cases/{{case}}": {"outcome": "Looked into."},
    f"{MONEY}cases/{{aside}}/refund": {"amount": "5", "reason": "paid_twice", "way": "stripe", "once": "refund-aside"},
    f"{MONEY}receipts/{{receipt}}/refund": {
        "amount": "5", "reason": "mistake", "bank_reference": "OUT-1", "sent_on": "{today}", "once": "refund-paid",
    },
    "/money/cases/{unclaimed}": {"outcome": "Looked into."},
    f"{MONEY}record/{{reference}}": {"amount": "50", "booked_on": "{today}", "own_id": "B-1"},
    f"{MONEY}entries/{{unmatched}}/match": {"reference": "{reference}"},
    f"{MONEY}entries/{{entry}}/ignore": {"reason": "Not for us."},
    f"{MONEY}entries/{{unmatched}}/repays": {"account": "{owed}"},
    f"{MONEY}owed/{{owed}}": {"reason": "Spent on the student."},
    f"{MONEY}entries/{{entry}}/split": {"pays_{quoted}": "50"},
    "/a/{slug}/applications/import": {"file": lambda: (BytesIO(IMPORT.encode()), "students.csv")},
    f"{MONEY}import": {"file": lambda: (BytesIO(STATEMENT.encode()), "statement.csv")},
    f"{PAYMENT}new?campaign={{live}}": {"line_{line}": "50"},
    f"{PAYMENT}plan/{{live}}/mwangaza": {
        "name_1": "Term 1", "due_1": "{today}", "line_1_{line}": "1",
        "name_2": "Term 2", "due_2": "{in_a_month}", "line_2_{line}": "1",
    },
    f"{PAYMENT}{{proposed}}/release": {"bank_reference": "TRX 1", "paid_on": "{today}"},
    f"{PAYMENT}{{released}}/proof": {
        "file": lambda: (BytesIO(PDF), "receipt.pdf"), "school_receipt": "R-1", "receipt_on": "{today}",
    },
    "/a/{slug}/school-accounts/{used_account}/stop": {"reason": "I know nothing of it."},
    f"{PAYMENT}{{released}}/return": {
        "returned_by": "bank", "bank_reference": "R 1", "returned_on": "{today}", "line_{line}": "50",
    },
    f"{PAYMENT}{{differs}}/accept": {"note": "The bank kept the rest."},
    f"{PAYMENT}batches": {"payments": "{approved_payment}", "execute_on": "{today}"},
    f"{PAYMENT}batches/{{batch}}/void": {"reason": "It was never sent."},
    f"{PAYMENT}{{ordered}}/settle": {"bank_reference": "TRX 2", "paid_on": "{today}"},
    f"{PAYMENT}{{proposed}}/cancel": {"reason": "The fees were lowered."},
}  # fmt: skip


def form(stage: Stage, path: str, person: Person | None, slug: str = "lantern") -> dict[str, Any]:
    """What this person sends to an address of the table."""
    days = {"today": clock.today(), "in_a_month": clock.today() + timedelta(days=30), "slug": slug}
    names = {"my_name": "nobody", **(person.own if person else {})}

    def said(value: str | Callable[[], Any]) -> Any:
        return value() if callable(value) else stage.fill(value, person, **days | {"my_name": names["my_name"]})

    given = SENT.get(path, {})
    return {"once": crypto.token()} | {stage.fill(name): said(value) for name, value in given.items()}
