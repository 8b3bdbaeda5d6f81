"""One payment over many pledges"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BEFORE = ('exact', 'reference', 'typo', 'name', 'paid_before', 'chosen')
SINCE = ('exact', 'several', 'reference', 'typo', 'name', 'paid_before', 'chosen')


def allow(reasons):
    listed = ", ".join(f"'{each}'" for each in reasons)
    with op.batch_alter_table('bank_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_bank_entry_because'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_bank_entry_because'), f"proposed_because IN ({listed})")


def upgrade():
    op.create_table('bank_entry_share',
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('instalment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_bank_entry_share_positive')),
    sa.ForeignKeyConstraint(['entry_id'], ['bank_entry.id'], name=op.f('fk_bank_entry_share_entry_id')),
    sa.ForeignKeyConstraint(['instalment_id'], ['instalment.id'], name=op.f('fk_bank_entry_share_instalment_id')),
    sa.PrimaryKeyConstraint('entry_id', 'instalment_id', name=op.f('pk_bank_entry_share'))
    )
    op.create_index(op.f('ix_bank_entry_share_instalment_id'), 'bank_entry_share', ['instalment_id'])
    allow(SINCE)


def downgrade():
    op.execute("UPDATE bank_entry SET proposed_because = 'chosen' WHERE proposed_because = 'several'")
    allow(BEFORE)
    op.drop_index(op.f('ix_bank_entry_share_instalment_id'), table_name='bank_entry_share')
    op.drop_table('bank_entry_share')
