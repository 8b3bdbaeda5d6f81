"""Companies and their transfers"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('remittance_order',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=25), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('state', sa.Enum('open', 'closed', 'cancelled', name='orderstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f('ck_remittance_order_ended')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_remittance_order_positive')),
    sa.ForeignKeyConstraint(['company_id'], ['organisation.id'], name=op.f('fk_remittance_order_company_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['account_user.id'], name=op.f('fk_remittance_order_created_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_remittance_order_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remittance_order')),
    sa.UniqueConstraint('reference', name=op.f('uq_remittance_order_reference'))
    )
    with op.batch_alter_table('remittance_order', schema=None) as batch_op:
        batch_op.create_index('ix_remittance_order_company_id_id', ['company_id', 'id'], unique=False)
        batch_op.create_index('ix_remittance_order_organisation_id_state', ['organisation_id', 'state'], unique=False)

    op.create_table('company_claim',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('asked', 'granted', 'refused', name='claimstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('position', sa.String(length=120), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name=op.f('ck_company_claim_decided')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> user_id', name=op.f('ck_company_claim_two_people')),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_company_claim_ask_id')),
    sa.ForeignKeyConstraint(['company_id'], ['organisation.id'], name=op.f('fk_company_claim_company_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account_user.id'], name=op.f('fk_company_claim_decided_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['account_user.id'], name=op.f('fk_company_claim_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_claim'))
    )
    with op.batch_alter_table('company_claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_company_claim_company_id'), ['company_id'], unique=False)
        batch_op.create_index('uq_company_claim_open', ['company_id', 'user_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('remittance_line',
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('instalment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_remittance_line_positive')),
    sa.ForeignKeyConstraint(['instalment_id'], ['instalment.id'], name=op.f('fk_remittance_line_instalment_id')),
    sa.ForeignKeyConstraint(['order_id'], ['remittance_order.id'], name=op.f('fk_remittance_line_order_id')),
    sa.PrimaryKeyConstraint('order_id', 'instalment_id', name=op.f('pk_remittance_line'))
    )
    with op.batch_alter_table('remittance_line', schema=None) as batch_op:
        batch_op.create_index('uq_remittance_line_open', ['instalment_id'], unique=True, sqlite_where=sa.text('is_open'), postgresql_where=sa.text('is_open'))



def downgrade():
    with op.batch_alter_table('remittance_line', schema=None) as batch_op:
        batch_op.drop_index('uq_remittance_line_open', sqlite_where=sa.text('is_open'), postgresql_where=sa.text('is_open'))

    op.drop_table('remittance_line')
    with op.batch_alter_table('company_claim', schema=None) as batch_op:
        batch_op.drop_index('uq_company_claim_open', sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
        batch_op.drop_index(batch_op.f('ix_company_claim_company_id'))

    op.drop_table('company_claim')
    with op.batch_alter_table('remittance_order', schema=None) as batch_op:
        batch_op.drop_index('ix_remittance_order_organisation_id_state')
        batch_op.drop_index('ix_remittance_order_company_id_id')

    op.drop_table('remittance_order')
