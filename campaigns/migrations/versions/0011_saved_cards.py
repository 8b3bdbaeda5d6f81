"""Saved cards, and invoices through the provider"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('saved_method',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('customer_ref', sa.String(length=255), nullable=False),
    sa.Column('method_ref', sa.String(length=255), nullable=False),
    sa.Column('brand', sa.String(length=40), nullable=False),
    sa.Column('last_four', sa.String(length=4), nullable=False),
    sa.Column('exp_month', sa.Integer(), nullable=False),
    sa.Column('exp_year', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('forgotten_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('exp_month BETWEEN 1 AND 12', name=op.f('ck_saved_method_month')),
    sa.CheckConstraint('forgotten_at IS NULL OR ended_at IS NOT NULL', name=op.f('ck_saved_method_forgotten')),
    sa.ForeignKeyConstraint(['company_id'], ['organisation.id'], name=op.f('fk_saved_method_company_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_saved_method_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_method')),
    sa.UniqueConstraint('method_ref', name=op.f('uq_saved_method_method_ref'))
    )
    with op.batch_alter_table('saved_method', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_method_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_saved_method_organisation_id_email', ['organisation_id', 'email'], unique=False)

    op.create_table('charge_mandate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.Enum('asked', 'active', 'ended', name='mandatestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('session_ref', sa.String(length=255), nullable=True),
    sa.Column('page_url', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f('ck_charge_mandate_ended')),
    sa.CheckConstraint("state <> 'active' OR (method_id IS NOT NULL AND accepted_at IS NOT NULL)", name=op.f('ck_charge_mandate_accepted')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_charge_mandate_positive')),
    sa.ForeignKeyConstraint(['method_id'], ['saved_method.id'], name=op.f('fk_charge_mandate_method_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_charge_mandate_organisation_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_charge_mandate_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge_mandate')),
    sa.UniqueConstraint('key', name=op.f('uq_charge_mandate_key')),
    sa.UniqueConstraint('session_ref', name=op.f('uq_charge_mandate_session_ref'))
    )
    with op.batch_alter_table('charge_mandate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_charge_mandate_method_id'), ['method_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_charge_mandate_pledge_id'), ['pledge_id'], unique=False)
        batch_op.create_index('uq_charge_mandate_active', ['pledge_id'], unique=True, sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))
        batch_op.create_index('uq_charge_mandate_asked', ['pledge_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('charge_notice',
    sa.Column('instalment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('charge_on', sa.Date(), nullable=False),
    sa.Column('told_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['instalment_id'], ['instalment.id'], name=op.f('fk_charge_notice_instalment_id')),
    sa.PrimaryKeyConstraint('instalment_id', name=op.f('pk_charge_notice'))
    )
    with op.batch_alter_table('charge_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_charge_notice_charge_on'), ['charge_on'], unique=False)

    op.create_table('bill',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('instalment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('asked', 'draft', 'filled', 'open', 'sent', 'paid', 'void', 'uncollectible', 'refused', name='billstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=150), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('address', sa.JSON(), nullable=False),
    sa.Column('tax_id', sa.String(length=40), nullable=True),
    sa.Column('po_number', sa.String(length=60), nullable=True),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('customer_ref', sa.String(length=255), nullable=True),
    sa.Column('invoice_ref', sa.String(length=255), nullable=True),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('end_wanted_at', sa.DateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('fault', sa.String(length=300), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("state IN ('asked', 'refused', 'void') OR customer_ref IS NOT NULL", name=op.f('ck_bill_made')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_bill_positive')),
    sa.CheckConstraint('days IN (14, 30, 60)', name=op.f('ck_bill_days')),
    sa.ForeignKeyConstraint(['instalment_id'], ['instalment.id'], name=op.f('fk_bill_instalment_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_bill_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bill')),
    sa.UniqueConstraint('invoice_ref', name=op.f('uq_bill_invoice_ref')),
    sa.UniqueConstraint('key', name=op.f('uq_bill_key'))
    )
    with op.batch_alter_table('bill', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bill_instalment_id'), ['instalment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bill_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_bill_state_changed_at', ['state', 'changed_at'], unique=False)
        batch_op.create_index('uq_bill_live', ['instalment_id'], unique=True, sqlite_where=sa.text("state IN ('asked', 'draft', 'filled', 'open', 'sent', 'uncollectible')"), postgresql_where=sa.text("state IN ('asked', 'draft', 'filled', 'open', 'sent', 'uncollectible')"))

    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bill_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_payment_attempt_bill_id'), ['bill_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_payment_attempt_bill_id'), 'bill', ['bill_id'], ['id'])
        batch_op.add_column(sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_payment_attempt_mandate_id'), ['mandate_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_payment_attempt_mandate_id'), 'charge_mandate', ['mandate_id'], ['id'])



def downgrade():
    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_payment_attempt_bill_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_payment_attempt_bill_id'))
        batch_op.drop_column('bill_id')
        batch_op.drop_constraint(batch_op.f('fk_payment_attempt_mandate_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_payment_attempt_mandate_id'))
        batch_op.drop_column('mandate_id')

    op.drop_table('bill')
    op.drop_table('charge_notice')
    op.drop_table('charge_mandate')
    op.drop_table('saved_method')
