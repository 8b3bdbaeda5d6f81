"""Money that goes back"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

KINDS = ('amount_mismatch', 'paid_after_end', 'overpaid', 'key_reused', 'provider_says_otherwise', 'refund_seen', 'refund_due')
NEW_KINDS = ('refund_failed', 'disputed', 'book_differs')


def upgrade():
    op.create_table('credit_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('movement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('cause', sa.String(length=200), nullable=False),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_credit_note_positive')),
    sa.ForeignKeyConstraint(['movement_id'], ['ledger_movement.id'], name=op.f('fk_credit_note_movement_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_credit_note_organisation_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_credit_note_receipt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_note')),
    sa.UniqueConstraint('movement_id', name=op.f('uq_credit_note_movement_id')),
    sa.UniqueConstraint('organisation_id', 'year', 'number', name=op.f('uq_credit_note_organisation_id_year_number'))
    )
    with op.batch_alter_table('credit_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_credit_note_receipt_id'), ['receipt_id'], unique=False)

    op.create_table('refund',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('receipt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('provider', sa.Enum('bank', 'stripe', name='provider', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('begun', 'on_its_way', 'done', 'failed', name='refundstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('reason', sa.Enum('sponsor_asked', 'paid_twice', 'mistake', 'student_left', 'cost_fell', 'not_their_money', name='refundreason', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('provider_ref', sa.String(length=255), nullable=True),
    sa.Column('bank_reference', sa.String(length=80), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('fault', sa.String(length=300), nullable=True),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("provider <> 'bank' OR (bank_reference IS NOT NULL AND sent_on IS NOT NULL)", name=op.f('ck_refund_sent')),
    sa.CheckConstraint("provider <> 'stripe' OR attempt_id IS NOT NULL", name=op.f('ck_refund_through')),
    sa.CheckConstraint('(receipt_id IS NULL) <> (case_id IS NULL)', name=op.f('ck_refund_of_one')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_refund_positive')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account_user.id'], name=op.f('fk_refund_asked_by_id')),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_refund_attempt_id')),
    sa.ForeignKeyConstraint(['case_id'], ['payment_case.id'], name=op.f('fk_refund_case_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_refund_organisation_id')),
    sa.ForeignKeyConstraint(['part_id'], ['ledger_movement.id'], name=op.f('fk_refund_part_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_refund_pledge_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_refund_receipt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
    sa.UniqueConstraint('key', name=op.f('uq_refund_key')),
    sa.UniqueConstraint('once', name=op.f('uq_refund_once')),
    sa.UniqueConstraint('provider_ref', name=op.f('uq_refund_provider_ref'))
    )
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refund_attempt_id'), ['attempt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_part_id'), ['part_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_pledge_id'), ['pledge_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_receipt_id'), ['receipt_id'], unique=False)
        batch_op.create_index('ix_refund_state_changed_at', ['state', 'changed_at'], unique=False)


    op.create_table('dispute',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=100), nullable=False),
    sa.Column('state', sa.Enum('warning', 'open', 'in_review', 'won', 'lost', 'dropped', name='disputestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('reason', sa.String(length=80), nullable=False),
    sa.Column('respond_by', sa.DateTime(), nullable=True),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_dispute_positive')),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_dispute_attempt_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_dispute_organisation_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_dispute_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')),
    sa.UniqueConstraint('ref', name=op.f('uq_dispute_ref'))
    )
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_attempt_id'), ['attempt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dispute_pledge_id'), ['pledge_id'], unique=False)
        batch_op.create_index('ix_dispute_state_respond_by', ['state', 'respond_by'], unique=False)

    with op.batch_alter_table('community', schema=None) as batch_op:
        batch_op.add_column(sa.Column('platform_fee', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_community_platform_fee'), 'platform_fee >= 0 AND platform_fee <= 2000')

    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cover', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.drop_constraint(batch_op.f('ck_payment_attempt_positive'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_payment_attempt_positive'), 'amount > 0 AND cover >= 0')

    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('disputed_at', sa.DateTime(), nullable=True))

    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cover', sa.BigInteger(), server_default='0', nullable=False))

    op.create_table('balance_cursor',
    sa.Column('provider', sa.Enum('bank', 'stripe', name='provider', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('matched_until', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('provider', name=op.f('pk_balance_cursor'))
    )

    _kinds(*KINDS, *NEW_KINDS)


def downgrade():
    op.execute("DELETE FROM refund")
    op.execute(f"DELETE FROM payment_case WHERE kind IN {NEW_KINDS}")
    _kinds(*KINDS)

    op.drop_table('balance_cursor')

    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.drop_column('cover')

    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.drop_column('disputed_at')

    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_payment_attempt_positive'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_payment_attempt_positive'), 'amount > 0')
        batch_op.drop_column('cover')

    with op.batch_alter_table('community', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_community_platform_fee'), type_='check')
        batch_op.drop_column('platform_fee')

    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_index('ix_dispute_state_respond_by')
        batch_op.drop_index(batch_op.f('ix_dispute_pledge_id'))
        batch_op.drop_index(batch_op.f('ix_dispute_attempt_id'))

    op.drop_table('dispute')

    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.drop_index('ix_refund_state_changed_at')
        batch_op.drop_index(batch_op.f('ix_refund_receipt_id'))
        batch_op.drop_index(batch_op.f('ix_refund_pledge_id'))
        batch_op.drop_index(batch_op.f('ix_refund_part_id'))
        batch_op.drop_index(batch_op.f('ix_refund_case_id'))
        batch_op.drop_index(batch_op.f('ix_refund_attempt_id'))

    op.drop_table('refund')
    with op.batch_alter_table('credit_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_credit_note_receipt_id'))

    op.drop_table('credit_note')


def _kinds(*kinds):
    """Let a case be of these kinds."""
    with op.batch_alter_table('payment_case', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_payment_case_casekind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_payment_case_casekind'), f"kind IN {kinds}")
