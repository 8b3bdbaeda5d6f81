"""Pledges on a condition"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
KINDS = {True: ('hold', 'condition'), False: ('hold',)}


def _kinds(more):
    listed = ', '.join(f"'{kind}'" for kind in KINDS[more])
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_offer_offerkind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_offer_offerkind'), f'kind IN ({listed})')


def upgrade():
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('show_name', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('wants_updates', sa.Boolean(), nullable=False, server_default=sa.false()))
    _kinds(True)
    op.create_table('offer_condition',
    sa.Column('offer_id', KEY, nullable=False),
    sa.Column('kind', sa.Enum('raised', 'companies', 'signatures', name='conditionkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('threshold', sa.BigInteger(), nullable=False),
    sa.Column('otherwise', sa.Enum('let_go', 'waiting', 'next_term', name='otherwise', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('method', sa.Enum('bank_transfer', 'card', name='method', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('met_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('threshold > 0', name=op.f('ck_offer_condition_positive')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_condition_offer_id')),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_offer_condition'))
    )
    op.create_table('offer_rest',
    sa.Column('offer_id', KEY, nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('campaign_id', KEY, nullable=False),
    sa.Column('choice', sa.Enum('let_go', 'waiting', 'next_term', name='otherwise', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('pledge_id', KEY, nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_offer_rest_positive')),
    sa.CheckConstraint("choice <> 'let_go'", name=op.f('ck_offer_rest_somewhere')),
    sa.CheckConstraint('pledge_id IS NULL OR settled_at IS NOT NULL', name=op.f('ck_offer_rest_settled')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_offer_rest_campaign_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_rest_offer_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_offer_rest_organisation_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_offer_rest_pledge_id')),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_offer_rest')),
    sa.UniqueConstraint('pledge_id', name=op.f('uq_offer_rest_pledge_id'))
    )
    with op.batch_alter_table('offer_rest', schema=None) as batch_op:
        batch_op.create_index('ix_offer_rest_choice_settled_at', ['choice', 'settled_at'], unique=False)


def downgrade():
    op.drop_table('offer_rest')
    op.drop_table('offer_condition')
    op.execute("DELETE FROM offer WHERE kind = 'condition'")
    _kinds(False)
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_column('wants_updates')
        batch_op.drop_column('show_name')
