"""What companies reserve"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    # Beside the table, not by building it anew: the campaign's guards stay as they are.
    held = sa.Column('held', sa.BigInteger(), sa.CheckConstraint('held >= 0', name=op.f('ck_campaign_held')), nullable=False, server_default='0')
    op.add_column('campaign', held)
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.drop_constraint(batch_op.f('ck_budget_line_covered'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_budget_line_released'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_budget_line_covered'), 'amount > 0 AND pledged >= 0 AND held >= 0 AND pledged + held <= amount')
        batch_op.create_check_constraint(batch_op.f('ck_budget_line_released'), 'released_at IS NULL OR (pledged = 0 AND held = 0)')

    op.create_table('offer',
    sa.Column('id', KEY, nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.Enum('hold', name='offerkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('asked', 'standing', 'done', 'taken_back', 'ended', 'expired', 'dropped', name='offerstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('campaign_id', KEY, nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('organisation_name', sa.String(length=200), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('reminded_at', sa.DateTime(), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('end_reason', sa.String(length=200), nullable=True),
    sa.Column('pledge_id', KEY, nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_offer_positive')),
    sa.CheckConstraint("state IN ('asked', 'dropped') OR confirmed_at IS NOT NULL", name=op.f('ck_offer_confirmed')),
    sa.CheckConstraint("(state IN ('asked', 'standing')) = (ended_at IS NULL)", name=op.f('ck_offer_ended')),
    sa.CheckConstraint("(state = 'done') = (pledge_id IS NOT NULL)", name=op.f('ck_offer_done')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_offer_campaign_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_offer_organisation_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_offer_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('once', name=op.f('uq_offer_once')),
    sa.UniqueConstraint('pledge_id', name=op.f('uq_offer_pledge_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_offer_ref'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_email'), ['email'], unique=False)
        batch_op.create_index('ix_offer_organisation_id_state_id', ['organisation_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_offer_state_until', ['state', 'until'], unique=False)

    op.create_table('offer_hold',
    sa.Column('offer_id', KEY, nullable=False),
    sa.Column('campaign_id', KEY, nullable=False),
    sa.Column('company_key', sa.String(length=254), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('spent', sa.Boolean(), nullable=False),
    sa.Column('po_number', sa.String(length=60), nullable=True),
    sa.CheckConstraint('days BETWEEN 30 AND 60', name=op.f('ck_offer_hold_days')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_offer_hold_campaign_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_hold_offer_id')),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_offer_hold'))
    )
    with op.batch_alter_table('offer_hold', schema=None) as batch_op:
        batch_op.create_index('uq_offer_hold_company', ['campaign_id', 'company_key'], unique=True, sqlite_where=sa.text('spent = 1'), postgresql_where=sa.text('spent'))

    op.create_table('offer_held_part',
    sa.Column('offer_id', KEY, nullable=False),
    sa.Column('line_id', KEY, nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_offer_held_part_positive')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_offer_held_part_line_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_held_part_offer_id')),
    sa.PrimaryKeyConstraint('offer_id', 'line_id', name=op.f('pk_offer_held_part'))
    )
    with op.batch_alter_table('offer_held_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_held_part_line_id'), ['line_id'], unique=False)


def downgrade():
    op.drop_table('offer_held_part')
    op.drop_table('offer_hold')
    op.drop_table('offer')
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_budget_line_released'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_budget_line_covered'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_budget_line_covered'), 'amount > 0 AND pledged >= 0 AND pledged <= amount')
        batch_op.create_check_constraint(batch_op.f('ck_budget_line_released'), 'released_at IS NULL OR pledged = 0')
        batch_op.drop_column('held')
    op.drop_column('campaign', 'held')
