"""Pledges that wait for a goal"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

WAITING = "plan = 'goal' AND reached_at IS NULL AND missed_at IS NULL"


def upgrade():
    op.add_column('campaign', sa.Column('funded_at', sa.DateTime(), nullable=True))

    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plan', sa.Enum('once', 'terms', 'goal', name='plan', native_enum=False, create_constraint=True, length=32), server_default='once', nullable=False))
        batch_op.add_column(sa.Column('fallback', sa.Enum('pay', 'release', name='fallback', native_enum=False, create_constraint=True, length=32), nullable=True))
        batch_op.add_column(sa.Column('reached_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('missed_at', sa.DateTime(), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_pledge_asked_beforehand'), "plan <> 'goal' OR fallback IS NOT NULL")
        batch_op.create_check_constraint(batch_op.f('ck_pledge_one_outcome'), "reached_at IS NULL OR missed_at IS NULL")
        batch_op.create_index('ix_pledge_waiting', ['campaign_id', 'id'], unique=False, sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING))


def downgrade():
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.drop_index('ix_pledge_waiting')
        batch_op.drop_constraint(batch_op.f('ck_pledge_one_outcome'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_pledge_asked_beforehand'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_pledge_fallback'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_pledge_plan'), type_='check')
        batch_op.drop_column('missed_at')
        batch_op.drop_column('reached_at')
        batch_op.drop_column('fallback')
        batch_op.drop_column('plan')

    op.drop_column('campaign', 'funded_at')  # not in a batch: that would make the table anew, without its triggers
