"""Papers are kept sealed under the student's key, and opened by those who may."""

import pytest
import sqlalchemy as sa

from campaigns.audit.models import AuditEntry
from campaigns.kit import db, storage
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded
from campaigns.student import queries, rules
from campaigns.student.rules import documents
from campaigns.student.states import DocumentKind, Source, Stage

PAPER = b"%PDF-1.4\n% fees of Canary Legalname\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def application(an_application):
    return an_application(Stage.APPROVED)


@pytest.fixture
def paper(application):
    kept = rules.attach(application, PAPER, DocumentKind.FEE_NOTE, Source.STUDENT)
    db.session.commit()
    mine = queries.documents_of(application.id).execution_options(populate_existing=True)
    return db.session.scalars(mine.where(documents.Document.id == kept.id)).one()


def test_the_store_holds_nothing_that_can_be_read(paper):
    assert b"Canary" not in storage.current().get(paper.file.key)


def test_who_vets_reads_it_and_that_is_noted(application, paper, victor):
    victor.second_factor = victor.reauthenticated = True
    assert rules.read_paper(application, paper, by=victor) == PAPER
    db.session.flush()
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-1] == "application.paper_read"


def test_it_asks_for_a_fresh_password(application, paper, victor):
    victor.second_factor, victor.reauthenticated = True, False
    with pytest.raises(ReauthenticationNeeded):
        rules.read_paper(application, paper, by=victor)


def test_others_of_the_team_do_not_read_it(application, paper, marta):
    with pytest.raises(NotAllowed):
        rules.read_paper(application, paper, by=marta)


def test_it_is_gone_once_the_key_is_destroyed(application, paper, victor):
    victor.second_factor = victor.reauthenticated = True
    application.person_key.destroy()
    with pytest.raises(documents.Erased):
        rules.read_paper(application, paper, by=victor)


def test_a_program_is_refused_at_its_field(application):
    with pytest.raises(rules.PaperRefused) as refusal:
        rules.attach(application, b"MZ\x90\x00 a program", DocumentKind.OTHER, Source.STUDENT)
    assert refusal.value.field == "paper"


def test_there_is_an_end_to_papers(application, monkeypatch):
    monkeypatch.setattr(documents, "MOST", 1)
    rules.attach(application, PAPER, DocumentKind.OTHER, Source.STUDENT)
    with pytest.raises(documents.TooMany):
        rules.attach(application, PAPER, DocumentKind.OTHER, Source.STUDENT)
