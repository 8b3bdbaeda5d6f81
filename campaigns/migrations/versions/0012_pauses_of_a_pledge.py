"""Pauses of a pledge"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

PAUSED = sa.text("paused_until IS NOT NULL")


def upgrade():
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('pauses', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_pledge_pauses'), "pauses BETWEEN 0 AND 3")
        batch_op.create_check_constraint(batch_op.f('ck_pledge_paused'), "paused_until IS NULL OR (confirmed_at IS NOT NULL AND ended_at IS NULL)")
        batch_op.create_index('ix_pledge_paused_until', ['paused_until'], unique=False, sqlite_where=PAUSED, postgresql_where=PAUSED)


def downgrade():
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.drop_index('ix_pledge_paused_until')
        batch_op.drop_constraint(batch_op.f('ck_pledge_paused'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_pledge_pauses'), type_='check')
        batch_op.drop_column('pauses')
        batch_op.drop_column('paused_until')
