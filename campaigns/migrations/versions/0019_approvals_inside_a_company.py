"""Approvals inside a company"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('company_limit',
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_company_limit_not_negative')),
    sa.ForeignKeyConstraint(['company_id'], ['organisation.id'], name=op.f('fk_company_limit_company_id')),
    sa.PrimaryKeyConstraint('company_id', name=op.f('pk_company_limit'))
    )
    op.create_table('finance_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['organisation.id'], name=op.f('fk_finance_link_company_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['account_user.id'], name=op.f('fk_finance_link_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_link'))
    )
    with op.batch_alter_table('finance_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finance_link_company_id'), ['company_id'], unique=False)

    op.create_table('pledge_proposal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'seconded', 'approved', 'declined', 'withdrawn', name='proposalstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('show_name', sa.Boolean(), nullable=False),
    sa.Column('needs_two', sa.Boolean(), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('first_approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_approved_at', sa.DateTime(), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(state = 'approved') = (pledge_id IS NOT NULL)", name=op.f('ck_pledge_proposal_pledged')),
    sa.CheckConstraint("(state IN ('proposed', 'seconded')) = (decided_by_id IS NULL)", name=op.f('ck_pledge_proposal_decided')),
    sa.CheckConstraint("state <> 'approved' OR NOT needs_two OR (first_approver_id IS NOT NULL AND first_approver_id <> decided_by_id)", name=op.f('ck_pledge_proposal_three_people')),
    sa.CheckConstraint("state = 'withdrawn' OR decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f('ck_pledge_proposal_two_people')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_pledge_proposal_positive')),
    sa.CheckConstraint('first_approver_id IS NULL OR first_approver_id <> proposed_by_id', name=op.f('ck_pledge_proposal_first_other')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_pledge_proposal_campaign_id')),
    sa.ForeignKeyConstraint(['company_id'], ['organisation.id'], name=op.f('fk_pledge_proposal_company_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account_user.id'], name=op.f('fk_pledge_proposal_decided_by_id')),
    sa.ForeignKeyConstraint(['first_approver_id'], ['account_user.id'], name=op.f('fk_pledge_proposal_first_approver_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_pledge_proposal_pledge_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['account_user.id'], name=op.f('fk_pledge_proposal_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge_proposal')),
    sa.UniqueConstraint('once', name=op.f('uq_pledge_proposal_once')),
    sa.UniqueConstraint('pledge_id', name=op.f('uq_pledge_proposal_pledge_id'))
    )
    with op.batch_alter_table('pledge_proposal', schema=None) as batch_op:
        batch_op.create_index('ix_pledge_proposal_company_id_id', ['company_id', 'id'], unique=False)



def downgrade():
    with op.batch_alter_table('pledge_proposal', schema=None) as batch_op:
        batch_op.drop_index('ix_pledge_proposal_company_id_id')

    op.drop_table('pledge_proposal')
    with op.batch_alter_table('finance_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finance_link_company_id'))

    op.drop_table('finance_link')
    op.drop_table('company_limit')
