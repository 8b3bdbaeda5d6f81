"""Where a surplus goes"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    kinds = sa.Enum('refund', 'pool', 'next_term', name='surplus', native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('surplus', kinds, nullable=False, server_default='refund'))


def downgrade():
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_pledge_surplus'), type_='check')
        batch_op.drop_column('surplus')
