"""Debts that are paid back"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('bank_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('repays_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_bank_entry_repays_id'), 'ledger_account', ['repays_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_bank_entry_confirmed'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_bank_entry_confirmed'),
            "state <> 'confirmed' OR (instalment_id IS NULL) <> (repays_id IS NULL)",
        )


def downgrade():
    with op.batch_alter_table('bank_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_bank_entry_confirmed'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_bank_entry_repays_id'), type_='foreignkey')
        batch_op.drop_column('repays_id')
        batch_op.create_check_constraint(
            batch_op.f('ck_bank_entry_confirmed'), "state <> 'confirmed' OR instalment_id IS NOT NULL"
        )
