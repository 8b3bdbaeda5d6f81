"""Everything private is marked in the tests' world; no page, file, e-mail or log shows a mark where it must not.

Where one may be seen stands in `tests/grants/canaries.py`.
"""

import html
import io
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, unquote

import pypdf
import pytest
import sqlalchemy as sa

from campaigns.kit import clock, crypto, db, logs, queue, web
from campaigns.notice.models import Notice
from campaigns.student.states import Purpose
from tests.cast.world import METRICS_TOKEN, Stage
from tests.grants import sent
from tests.grants.canaries import MAILS, PAGES
from tests.grants.doors import GETS, HIDDEN, POSTS, SPENT
from tests.grants.letters import CANARIES as LETTERS
from tests.grants.letters import MARKED
from tests.grants.students import CODE
from tests.grants.table import ROWS

NOBODY = [door for door in GETS if not door.student]
GUESTS = {
    "/sign-up": {"name": "Nia New", "email": "nia.new@example.org", "password": sent.NEW_PASSWORD},
    "/password/forgot": {"email": "sara@example.org"},
    "/password/reset/{reset}": {"password": sent.NEW_PASSWORD},
    "/invitations/{invitation_token}": {"name": "Ina Invited", "password": sent.NEW_PASSWORD},
    "/reply/{reply}/accept": {"amount": "200", "answered_by": "Rosa Reader", "position": "Head", "message": "Yes."},
    "/asks/{signable}/sign": {"email": "new.signer@example.org", "shown_as": "New Signer"},
    "/c/{live}/follow": {"email": "new.follower@example.org"},
    "/c/{live}/pledge": {
        "amount": "20", "name": "Paul Pledger", "email": "paul@example.org", "method": "bank_transfer",
    },
    "/p/confirm/{pledge_token}": {"shown": "anonymous", "updates": "yes", "instead": "1000"},
    "/c/{live}/reserve": {
        "amount": "10", "days": "30", "name": "Paul", "email": "paul@company.example", "organisation": "Paul & Co",
    },
    "/c/{live}/in-kind": {"what": "Books", "amount": "10", "name": "Paul", "email": "paul@example.org"},
    "/o/received/{gift_token}": {"name": "Olive", "received_on": clock.today().isoformat()},
    "/c/{live}/match": {
        "amount": "10", "rate": "100", "name": "Paul", "email": "paul@example.org", "method": "bank_transfer",
    },
    "/c/{live}/pledge-if": {
        "amount": "10", "kind": "signatures", "threshold": "900", "by": "2027-01-02", "otherwise": "let_go",
        "name": "Paul", "email": "paul@example.org", "method": "bank_transfer",
    },
    "/o/confirm/{offer_token}": {"shown": "anonymous", "updates": "yes"},
    "/o/{hold}/pledge?k={hold_key}": {"po_number": "PO-1", "method": "bank_transfer"},
    "/p/{pledge}/change?k={pledge_key}": {"shown": "anonymous", "updates": "no"},
    "/p/{pledge}/withdraw?k={pledge_key}": {"reason": "I cannot."},
    "/apply/secret": {"secret": "mangoes at the lake"},
    "/apply/secret/forgot": {"code": "4KQ7-M2XW-9RTZ"},
    "/apply/secret/new/{secret_link}": {"secret": "mangoes at the lake"},
    "/apply/{slug}/helper": {
        "enrolled": "yes", "cannot_pay": "yes", "confirmed": "yes", "name": "Hope Helper", "role": "teacher",
        "email": "hope@example.org", "asked": "y",
    },
    "/apply/tasks/people/referee": {"name": "Ruth", "relation": "teacher", "email": "ruth@example.net"},
    "/vouch/{vouch}": {
        "answer": "yes", "name": "Ruth", "relation": "teacher", "known": "longer", "text": "I know them.",
    },
    "/guardian/{guardian}": {"answer": "yes", "name": "Grace", "relation": "mother"}
    | {purpose.value: "yes" for purpose in Purpose},
    "/guardian/agreed/{agreed_key}": {"purpose": "apply"},
    "/receipt/{receipt_link}": {
        "amount": "100", "received_on": "2026-01-01", "number": "R-1", "name": "Olive", "position": "Bursar",
    },
    "/school/{enrol}": {"answer": "no", "name": "Olive", "position": "Bursar"},
    "/p/{paid_pledge}/messages?k={paid_key}": {"text": "How was the term?"},
    "/apply/messages/{begun_thread}": {"text": "It was good."},
    "/p/{left_pledge}/rest/{share}?k={left_key}": {"choice": "back"},
    "/p/{unbilled}/invoice?k={unbilled_key}": sent.BILLED,
    "/statements": {"email": "new.stater@example.org"},
    "/privacy/data": {"email": "new.asker@example.org"},
    "/privacy/data/{address_link}/erase": {"word": "erase"},
    "/apply/data/erase": {"word": "erase", "code": CODE},
    "/p/renew/{renew_token}": {"answer": "agreed"},
    "/apply/tasks/consent": {"student": ["apply"], "guardian": ["apply"]},
}  # fmt: skip


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def told(stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """What the app writes to its log."""
    written = io.StringIO()
    caplog.set_level("INFO")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        logs.configure(machine_readable=True)
        yield written
        written.write(caplog.text)
    logs.configure(machine_readable=False)


def seen(stage: Stage, text: str) -> set[str]:
    """The names of the private things that can be read in a text, however it is written."""
    plain = html.unescape(unquote(text))
    return {name for name, mark in stage.world.canaries.items() if mark in plain or mark in text}


def everything(stage: Stage, path: str, *, student: bool = False, **headers: str) -> str:
    """All that comes back for a request: status line, headers, body."""
    client = stage.student() if student else stage.browser(None)
    response = client.get(stage.fill(path), headers=headers, buffered=True)
    body = response.data.decode(errors="replace")  # pictures and papers too: names hide in what describes them
    if response.mimetype == "application/pdf":
        body += "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(response.data)).pages)
    return f"{response.status}\n{response.headers}\n{body}"


def test_every_private_thing_has_a_mark_of_its_own(stage):
    marks = stage.world.canaries
    assert len(set(marks.values())) == len(marks) > 50
    assert not [name for name, mark in marks.items() if len(mark) < 8]


def test_the_marks_are_found_where_they_may_be(stage):
    """Without this a scan that finds nothing anywhere would pass; as would allowances that nobody needs."""
    assert set(PAGES) <= {door.path for door in GETS}
    assert all(PAGES.values())
    every = " ".join(stage.world.canaries.values())
    assert (
        seen(stage, every) == seen(stage, html.escape(every)) == seen(stage, quote(every)) == set(stage.world.canaries)
    )


@pytest.mark.parametrize("door", GETS, ids=lambda door: door.path)
def test_a_page_shows_nothing_private_but_what_is_its_reader_s(stage, door):
    found = seen(stage, everything(stage, door.path, student=door.student))
    assert found == PAGES.get(door.path, frozenset())


@pytest.mark.parametrize("path", [*HIDDEN.split(), *SPENT.split(), "/no/such/page"])
def test_a_page_that_says_there_is_nothing_shows_nothing(stage, path):
    assert seen(stage, everything(stage, path)) == set()


LISTS = """
/campaigns?q=canary /campaigns?q=nurse /campaigns?community=lantern /campaigns?state=live
/c/adult /c/reporting /c/revised /c/paused
"""


@pytest.mark.parametrize("path", LISTS.split())
def test_neither_search_nor_any_campaign_shows_more(stage, path):
    assert seen(stage, everything(stage, path)) == set()


def test_the_figures_for_machines_are_only_figures(stage):
    for door in NOBODY:
        everything(stage, door.path)
    text = everything(stage, "/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
    assert "vouch_requests_total" in text
    assert seen(stage, text) == set()


def test_a_fault_that_holds_something_private_is_shown_to_nobody(stage, monkeypatch):
    def fail() -> str:
        raise RuntimeError(" ".join(stage.world.canaries.values()))

    monkeypatch.setitem(stage.app.view_functions, "site.help", web.public(fail))
    text = everything(stage, "/help")
    assert text.startswith("500")
    assert seen(stage, text) == set()


def test_a_refused_row_leaves_what_it_held_out_of_the_log(stage, told, monkeypatch):
    def fail() -> str:
        again = sa.insert(Notice).values(key="twice", to_address=LETTERS["signer's address"], subject="", text="")
        for _ in range(2):
            db.session.execute(again)
        return ""

    monkeypatch.setitem(stage.app.view_functions, "site.help", web.public(fail))
    assert everything(stage, "/help").startswith("500")
    assert "IntegrityError" in told.getvalue()
    assert seen(stage, told.getvalue()) == set()


def _everything_that_is_sent(stage: Stage) -> dict[str, set[str]]:
    """Let everybody do everything once; gives the names of what is private in each e-mail, by its key."""
    found: dict[str, set[str]] = {}
    for row in (row for row in ROWS if row.method == "POST" and not row.path.endswith("{reviewing_update}/approve")):
        person = next((each for each in stage.world.people.values() if row.allows(each.roles)), None)
        if person is not None:
            path = stage.fill(row.path, person)
            stage.ask(stage.browser(person), "POST", path, sent.form(stage, row.path, person))
            found |= _letters(stage)
    for door in (door for door in POSTS if door.level == "GUEST"):
        client = stage.student() if door.student else stage.browser(None)
        data = {"once": crypto.token(), **GUESTS.get(door.path, {})}
        stage.ask(client, "POST", stage.fill(door.path), data)
        found |= _letters(stage)
    return found


def _letters(stage: Stage, *, days: int | None = None) -> dict[str, set[str]]:
    """What is in the outbox, with `days` once the work that is due by then is done; the world is as before."""
    with stage.app.app_context(), clock.at(clock.now() + timedelta(days=days or 0)):
        if days is not None:
            queue.run_all()
        found = {}
        for letter in db.session.scalars(sa.select(Notice).where(Notice.key != MARKED)):
            text = f"{letter.subject}\n{letter.text}\n{letter.html}\n{letter.headers}"
            own = {name for name, mark in stage.world.canaries.items() if mark == letter.to}
            found[letter.key] = seen(stage, text) - own
        db.session.remove()
    stage.restore()
    return found


def _by_cause(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same by the start of the key that `MAILS` knows, the longest that fits; what it does not know by the key."""
    sums: dict[str, set[str]] = {}
    for key, names in found.items():
        cause = max((start for start in MAILS if key.startswith(start)), key=len, default=key)
        sums.setdefault(cause, set()).update(names)
    return {cause: names for cause, names in sums.items() if names}


def test_no_e_mail_tells_more_than_its_reader_may_know_and_no_log_tells_anything(stage, told):
    found = _everything_that_is_sent(stage)
    for days in (0, 8, 12, 20, 60):
        found |= {key: found.get(key, set()) | names for key, names in _letters(stage, days=days).items()}
    kinds = {key.split(":")[0] for key in found}
    assert {"pledge.thanks", "ask.letter", "ask.reminder", "update", "ask.sign", "follow"} <= kinds, sorted(kinds)
    assert _by_cause(found) == {cause: set(names) for cause, names in MAILS.items()}
    assert told.getvalue().count("error_page") > 0
    assert seen(stage, told.getvalue()) == set()


def test_a_student_s_export_has_all_their_own_marks_and_nobody_else_s(stage):
    answer = stage.ask(stage.student(), "POST", "/apply/data")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        text = b"\n".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    assert answer.status_code == 200
    own = {"legal name", "birth date", "guardian's name", "application's story", "applicant's address", "school"}
    own |= {"student's address", "student's number", "student's paper"}
    own |= {"student's held message", "number in a message", "student's draft work"}
    own |= {"referee's name", "referee's address", "office's address"}  # whom the student has named
    assert seen(stage, text) == own
