"""Schools that Stripe pays"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

BEFORE = "(iban IS NULL) = (number IS NOT NULL AND bank IS NOT NULL)"
ONE_KIND = (
    "(iban IS NULL AND provider_ref IS NULL) = (number IS NOT NULL AND bank IS NOT NULL)"
    " AND (iban IS NULL OR provider_ref IS NULL)"
)


def upgrade():
    op.create_table('provider_transfer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.Column('account_ref', sa.String(length=255), nullable=False),
    sa.Column('state', sa.Enum('begun', 'sent', 'refused', name='transferstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('provider_ref', sa.String(length=255), nullable=True),
    sa.Column('returned', sa.BigInteger(), nullable=False),
    sa.Column('fault', sa.String(length=300), nullable=True),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(state = 'sent') = (provider_ref IS NOT NULL)", name=op.f('ck_provider_transfer_sent')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_provider_transfer_positive')),
    sa.CheckConstraint('returned >= 0 AND returned <= amount', name=op.f('ck_provider_transfer_returned')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_provider_transfer_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_transfer')),
    sa.UniqueConstraint('key', name=op.f('uq_provider_transfer_key')),
    sa.UniqueConstraint('provider_ref', name=op.f('uq_provider_transfer_provider_ref'))
    )
    with op.batch_alter_table('provider_transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_transfer_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_provider_transfer_state_changed_at', ['state', 'changed_at'], unique=False)
        batch_op.create_index('uq_provider_transfer_cause', ['cause'], unique=True, sqlite_where=sa.text("state <> 'refused'"), postgresql_where=sa.text("state <> 'refused'"))

    op.create_table('payee',
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('account_ref', sa.String(length=255), nullable=True),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('ready_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('ready_at IS NULL OR account_ref IS NOT NULL', name=op.f('ck_payee_ready')),
    sa.ForeignKeyConstraint(['request_id'], ['confirmation_request.id'], name=op.f('fk_payee_request_id')),
    sa.PrimaryKeyConstraint('request_id', name=op.f('pk_payee')),
    sa.UniqueConstraint('account_ref', name=op.f('uq_payee_account_ref')),
    sa.UniqueConstraint('key', name=op.f('uq_payee_key'))
    )
    with op.batch_alter_table('school_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('provider_ref', sa.String(length=255), nullable=True))
        batch_op.drop_constraint(batch_op.f('ck_school_account_one_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_school_account_one_kind'), ONE_KIND)


def downgrade():
    with op.batch_alter_table('school_account', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_school_account_one_kind'), type_='check')
        batch_op.drop_column('provider_ref')
        batch_op.create_check_constraint(batch_op.f('ck_school_account_one_kind'), BEFORE)

    op.drop_table('payee')
    with op.batch_alter_table('provider_transfer', schema=None) as batch_op:
        batch_op.drop_index('uq_provider_transfer_cause', sqlite_where=sa.text("state <> 'refused'"), postgresql_where=sa.text("state <> 'refused'"))
        batch_op.drop_index('ix_provider_transfer_state_changed_at')
        batch_op.drop_index(batch_op.f('ix_provider_transfer_organisation_id'))

    op.drop_table('provider_transfer')
