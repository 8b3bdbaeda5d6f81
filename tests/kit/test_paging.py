"""Lists by key: no row is skipped or shown twice while others come and go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind
from campaigns.kit import db
from campaigns.kit.paging import Page, page

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.both_databases


def add(*numbers: int, at: datetime = NOON) -> None:
    for number in numbers:
        moment = at + timedelta(minutes=number // 3)  # three share each moment
        db.session.add(
            Organisation(kind=OrganisationKind.SCHOOL, slug=f"s{number}", name=f"School {number}", created_at=moment)
        )
    db.session.commit()


def list_page(before: str | None = None, size: int = 4) -> Page:
    return page(sa.select(Organisation), Organisation.created_at, Organisation.id, before=before, size=size)


def pages(before: str | None = None) -> Iterator[Page]:
    while True:
        shown = list_page(before)
        yield shown
        if shown.older is None:
            return
        before = shown.older


def numbers(shown: Page) -> list[int]:
    return [int(row.slug[1:]) for row in shown.rows]


def test_all_rows_come_once_the_newest_first(app):
    add(*range(10))
    assert [number for shown in pages() for number in numbers(shown)] == list(range(9, -1, -1))


def test_rows_added_meanwhile_neither_repeat_nor_hide_any(app):
    add(*range(10))
    seen: list[int] = []
    for count, shown in enumerate(pages()):
        seen += numbers(shown)
        add(100 + count)
    assert seen == list(range(9, -1, -1))


def test_rows_removed_meanwhile_hide_no_other(app):
    add(*range(10))
    first = list_page()
    db.session.execute(sa.delete(Organisation).where(Organisation.slug == f"s{numbers(first)[-1]}"))
    db.session.commit()
    assert numbers(list_page(first.older)) == [5, 4, 3, 2]


def test_the_last_page_leads_nowhere(app):
    add(*range(4))
    assert list_page(size=4).older is None
    assert list_page(size=3).older is not None


def test_an_empty_list_is_one_empty_page(app):
    assert list_page() == Page([], None)


@pytest.mark.parametrize(
    "before",
    [
        *("", "nonsense", "~", "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00~5", "x~y", "a~b~c"),
        "2026-03-01T12:00:00+00:00~" + "9" * 30,
        "0001-01-01T00:00:00+23:59~1",
        "2026-03-01T12:00:00+00:00~' OR 1=1",
    ],
)
def test_a_key_that_cannot_be_read_is_the_beginning(app, before):
    add(*range(6))
    assert numbers(list_page(before)) == [5, 4, 3, 2]


def test_columns_can_be_paged_as_well_as_entities(app):
    add(*range(6))
    select = sa.select(Organisation.id, Organisation.slug)
    first = page(select, Organisation.id, before=None, size=4)
    rest = page(select, Organisation.id, before=first.older, size=4)
    assert [row.slug for row in [*first.rows, *rest.rows]] == ["s5", "s4", "s3", "s2", "s1", "s0"]


def test_a_queue_is_paged_from_its_oldest_row(app):
    db.session.add_all(
        Organisation(kind=OrganisationKind.SCHOOL, slug=f"school-{number}", name="School") for number in range(5)
    )
    db.session.flush()
    select = sa.select(Organisation)

    first = page(select, Organisation.id, before=None, size=2, rising=True)
    then = page(select, Organisation.id, before=first.older, size=2, rising=True)

    ids = [row.id for row in (*first.rows, *then.rows)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 4
    assert page(select, Organisation.id, before=then.older, size=2, rising=True).older is None
