"""Accounts of schools that two agree to"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BEFORE = "'proposed', 'confirmed', 'refused', 'replaced'"
CONFIRMED = "(state IN ({states})) = (confirmed_by_id IS NOT NULL AND confirmed_at IS NOT NULL AND usable_from IS NOT NULL)"


def upgrade():
    with op.batch_alter_table('school_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seconded_by_id', KEY, nullable=True))
        batch_op.add_column(sa.Column('seconded_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('stopped_by_id', KEY, nullable=True))
        batch_op.add_column(sa.Column('stopped_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('stop_reason', sa.String(length=300), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_school_account_seconded_by_id'), 'account_user', ['seconded_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_school_account_stopped_by_id'), 'account_user', ['stopped_by_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_school_account_accountstate'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_school_account_accountstate'), f"state IN ({BEFORE}, 'stopped')")
        batch_op.drop_constraint(batch_op.f('ck_school_account_confirmed'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_school_account_confirmed'), CONFIRMED.format(states="'confirmed', 'replaced', 'stopped'")
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_school_account_seconded'),
            "(seconded_by_id IS NULL) = (seconded_at IS NULL) AND (seconded_by_id IS NULL OR (confirmed_by_id IS NOT NULL"
            " AND seconded_by_id <> confirmed_by_id AND (proposed_by_id IS NULL OR seconded_by_id <> proposed_by_id)))",
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_school_account_stopped'),
            "(state = 'stopped') = (stopped_by_id IS NOT NULL AND stopped_at IS NOT NULL)",
        )

    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account_id', KEY, nullable=True))
        batch_op.add_column(sa.Column('account_print', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('looked_by_id', KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_disbursement_account_id'), 'school_account', ['account_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_disbursement_looked_by_id'), 'account_user', ['looked_by_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_disbursement_two_people'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_two_people'),
            "released_by_id IS NULL OR (released_by_id <> proposed_by_id"
            " AND (looked_by_id IS NULL OR released_by_id <> looked_by_id))",
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_account'), "account_print IS NULL OR account_id IS NOT NULL"
        )


def downgrade():
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_disbursement_account'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_disbursement_two_people'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_two_people'), "released_by_id IS NULL OR released_by_id <> proposed_by_id"
        )
        batch_op.drop_constraint(batch_op.f('fk_disbursement_looked_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_disbursement_account_id'), type_='foreignkey')
        for column in ('looked_by_id', 'account_print', 'account_id'):
            batch_op.drop_column(column)

    op.execute("UPDATE school_account SET state = 'replaced' WHERE state = 'stopped'")
    with op.batch_alter_table('school_account', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_school_account_stopped'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_school_account_seconded'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_school_account_confirmed'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_school_account_confirmed'), CONFIRMED.format(states="'confirmed', 'replaced'")
        )
        batch_op.drop_constraint(batch_op.f('ck_school_account_accountstate'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_school_account_accountstate'), f"state IN ({BEFORE})")
        batch_op.drop_constraint(batch_op.f('fk_school_account_stopped_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_school_account_seconded_by_id'), type_='foreignkey')
        for column in ('stop_reason', 'stopped_at', 'stopped_by_id', 'seconded_at', 'seconded_by_id'):
            batch_op.drop_column(column)
