"""Matching others"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
KINDS = {True: "'hold', 'condition', 'match', 'gift'", False: "'hold', 'condition', 'gift'"}


def _kinds(more):
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_offer_offerkind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_offer_offerkind'), f'kind IN ({KINDS[more]})')


def upgrade():
    _kinds(True)
    op.create_table('offer_match',
    sa.Column('offer_id', KEY, nullable=False),
    sa.Column('rate', sa.Integer(), nullable=False),
    sa.Column('method', sa.Enum('bank_transfer', 'card', name='method', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('matched', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('pledge_id', KEY, nullable=True),
    sa.CheckConstraint('rate BETWEEN 1 AND 1000', name=op.f('ck_offer_match_rate')),
    sa.CheckConstraint('matched >= 0 AND (matched = 0 OR pledge_id IS NOT NULL)', name=op.f('ck_offer_match_matched')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_match_offer_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_offer_match_pledge_id')),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_offer_match')),
    sa.UniqueConstraint('pledge_id', name=op.f('uq_offer_match_pledge_id'))
    )


def downgrade():
    op.drop_table('offer_match')
    op.execute("DELETE FROM offer WHERE kind = 'match'")
    _kinds(False)
