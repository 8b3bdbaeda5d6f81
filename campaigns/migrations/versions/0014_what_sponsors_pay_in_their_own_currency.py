"""What sponsors pay in their own currency"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('presented_amount',
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('rate_millionths', sa.BigInteger(), nullable=False),
    sa.Column('noted_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('amount > 0 AND rate_millionths > 0', name=op.f('ck_presented_amount_positive')),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_presented_amount_attempt_id')),
    sa.PrimaryKeyConstraint('attempt_id', name=op.f('pk_presented_amount'))
    )


def downgrade():
    op.drop_table('presented_amount')
