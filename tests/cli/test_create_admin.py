"""The first administrator is made on the command line."""

import pytest
import sqlalchemy as sa

from campaigns.access import Action, allows
from campaigns.account import passwords, queries
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.kit import db

pytestmark = pytest.mark.both_databases
TYPED = "a passphrase of several words\n"


@pytest.fixture
def create_admin(app):
    """Run the command; its exit status and what it said."""

    def run(*args: str, typed: str | None = None) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["create-admin", *args], input=typed)
        return result.exit_code, result.output

    return run


def person(email: str = "ada@example.org") -> User:
    db.session.expire_all()
    return db.session.scalars(queries.by_email(email).execution_options(populate_existing=True)).one()


def test_a_new_account_gets_a_password_that_is_shown_once(create_admin):
    status, said = create_admin("ada@example.org", "--name", "Ada")
    assert status == 0
    ada, password = person(), said.split("Password: ")[1].strip()
    assert passwords.matches(ada.password_hash, password)
    assert ada.name == "Ada"
    assert ada.is_active


def test_the_person_administers_vouch_as_a_whole(create_admin):
    create_admin("ada@example.org")
    ada = person()
    assert [(m.role, m.organisation.kind) for m in ada.memberships] == [(Role.ADMINISTRATOR, OrganisationKind.PLATFORM)]
    assert allows(ada, Action.ADMINISTER, ada.memberships[0].organisation)


def test_the_second_one_is_of_the_same_vouch(create_admin):
    create_admin("ada@example.org")
    create_admin("grace@example.org")
    platform = sa.select(sa.func.count(Organisation.id)).where(Organisation.kind == OrganisationKind.PLATFORM)
    assert db.session.scalar(platform) == 1


def test_a_password_can_be_typed_instead(create_admin):
    status, said = create_admin("ada@example.org", "--ask-password", typed=TYPED * 2)
    assert status == 0
    assert "passphrase" not in said
    assert passwords.matches(person().password_hash, TYPED.strip())


def test_who_has_an_account_keeps_name_and_password(create_admin, rita):
    before = rita.password_hash
    status, said = create_admin("rita@example.org")
    assert status == 0
    assert "Password:" not in said
    assert (person("rita@example.org").password_hash, person("rita@example.org").name) == (before, "Rita")


@pytest.mark.parametrize(
    ("args", "typed", "words"),
    [
        (["not an address"], None, "e-mail"),
        (["ada@example.org", "--ask-password"], "short\nshort\n", "10 characters"),
        (["ada@example.org", "--name", ""], None, "name"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_leaves_nothing(create_admin, args, typed, words):
    status, said = create_admin(*args, typed=typed)
    assert status == 1
    assert words in said
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 0


def test_nobody_becomes_one_twice(create_admin):
    create_admin("ada@example.org")
    status, said = create_admin("ada@example.org")
    assert status == 1
    assert "already has that role" in said
