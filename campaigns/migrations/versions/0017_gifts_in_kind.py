"""Gifts in kind"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
KINDS = {True: ('hold', 'condition', 'gift'), False: ('hold', 'condition')}
STATES = ('asked', 'standing', 'done', 'taken_back', 'ended', 'expired', 'dropped')
MORE = ('asked', 'standing', 'accepted', 'received', 'done', 'taken_back', 'ended', 'expired', 'dropped')
OPEN = {True: "'asked', 'standing', 'accepted'", False: "'asked', 'standing'"}


def _checks(more):
    kinds, states = (', '.join(f"'{each}'" for each in names) for names in (KINDS[more], MORE if more else STATES))
    with op.batch_alter_table('offer', schema=None) as batch_op:
        for name in ('offerkind', 'offerstate', 'ended'):
            batch_op.drop_constraint(batch_op.f(f'ck_offer_{name}'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_offer_offerkind'), f'kind IN ({kinds})')
        batch_op.create_check_constraint(batch_op.f('ck_offer_offerstate'), f'state IN ({states})')
        batch_op.create_check_constraint(batch_op.f('ck_offer_ended'), f'(state IN ({OPEN[more]})) = (ended_at IS NULL)')


def upgrade():
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('given', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.create_check_constraint(batch_op.f('ck_budget_line_given'), 'given >= 0')
    _checks(True)
    op.create_table('offer_gift',
    sa.Column('offer_id', KEY, nullable=False),
    sa.Column('what', sa.String(length=120), nullable=False),
    sa.Column('details', sa.String(length=500), nullable=False),
    sa.Column('line_id', KEY, nullable=True),
    sa.Column('school_id', KEY, nullable=True),
    sa.Column('school_email', sa.String(length=254), nullable=True),
    sa.Column('accepted_by_id', KEY, nullable=True),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('received_by', sa.String(length=120), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.CheckConstraint('(accepted_by_id IS NULL) = (accepted_at IS NULL)', name=op.f('ck_offer_gift_accepted')),
    sa.CheckConstraint('(received_by IS NULL) = (received_on IS NULL) AND (received_on IS NULL OR accepted_at IS NOT NULL)', name=op.f('ck_offer_gift_received')),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['account_user.id'], name=op.f('fk_offer_gift_accepted_by_id')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_offer_gift_line_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_gift_offer_id')),
    sa.ForeignKeyConstraint(['school_id'], ['organisation.id'], name=op.f('fk_offer_gift_school_id')),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_offer_gift'))
    )
    with op.batch_alter_table('offer_gift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_gift_line_id'), ['line_id'], unique=False)


def downgrade():
    op.drop_table('offer_gift')
    op.execute("DELETE FROM offer WHERE kind = 'gift'")
    _checks(False)
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_budget_line_given'), type_='check')
        batch_op.drop_column('given')
