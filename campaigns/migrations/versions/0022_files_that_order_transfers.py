"""Files that order transfers"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OUT = "OR (released_by_id IS NOT NULL AND bank_reference IS NOT NULL)"


def upgrade():
    op.create_table('transfer_batch',
    sa.Column('id', KEY, nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('message_id', sa.String(length=35), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('payments', sa.Integer(), nullable=False),
    sa.Column('execute_on', sa.Date(), nullable=False),
    sa.Column('made_by_id', KEY, nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.Column('downloaded_by_id', KEY, nullable=True),
    sa.Column('downloaded_at', sa.DateTime(), nullable=True),
    sa.Column('voided_by_id', KEY, nullable=True),
    sa.Column('voided_at', sa.DateTime(), nullable=True),
    sa.Column('void_reason', sa.String(length=300), nullable=True),
    sa.CheckConstraint('amount > 0 AND payments > 0', name=op.f('ck_transfer_batch_positive')),
    sa.CheckConstraint('(downloads = 0) = (downloaded_at IS NULL)', name=op.f('ck_transfer_batch_downloaded')),
    sa.CheckConstraint('(voided_at IS NULL) = (voided_by_id IS NULL)', name=op.f('ck_transfer_batch_voided')),
    sa.CheckConstraint('voided_by_id IS NULL OR voided_by_id <> made_by_id', name=op.f('ck_transfer_batch_two_people')),
    sa.ForeignKeyConstraint(['downloaded_by_id'], ['account_user.id'], name=op.f('fk_transfer_batch_downloaded_by_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account_user.id'], name=op.f('fk_transfer_batch_made_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_transfer_batch_organisation_id')),
    sa.ForeignKeyConstraint(['voided_by_id'], ['account_user.id'], name=op.f('fk_transfer_batch_voided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_batch')),
    sa.UniqueConstraint('message_id', name=op.f('uq_transfer_batch_message_id')),
    sa.UniqueConstraint('once', name=op.f('uq_transfer_batch_once')),
    sa.UniqueConstraint('ref', name=op.f('uq_transfer_batch_ref'))
    )
    op.create_index(op.f('ix_transfer_batch_organisation_id'), 'transfer_batch', ['organisation_id'], unique=False)
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', KEY, nullable=True))
        batch_op.add_column(sa.Column('settled_by_id', KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_disbursement_batch_id'), 'transfer_batch', ['batch_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_disbursement_settled_by_id'), 'account_user', ['settled_by_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_disbursement_batch_id'), ['batch_id'], unique=False)
        batch_op.drop_constraint(batch_op.f('ck_disbursement_disbursementstate'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_disbursementstate'),
            "state IN ('proposed', 'approved', 'released', 'proven', 'returned', 'cancelled')",
        )
        batch_op.drop_constraint(batch_op.f('ck_disbursement_released'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_released'), f"state IN ('proposed', 'approved', 'cancelled') {OUT}"
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_approved'),
            "state <> 'approved' OR (released_by_id IS NOT NULL AND account_print IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_ordered'), "batch_id IS NULL OR released_by_id IS NOT NULL"
        )


def downgrade():
    op.execute("UPDATE disbursement SET batch_id = NULL")
    op.execute("UPDATE disbursement SET state = 'proposed', released_by_id = NULL WHERE state = 'approved'")
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_disbursement_ordered'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_disbursement_approved'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_disbursement_released'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_released'), f"state IN ('proposed', 'cancelled') {OUT}")
        batch_op.drop_constraint(batch_op.f('ck_disbursement_disbursementstate'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_disbursement_disbursementstate'),
            "state IN ('proposed', 'released', 'proven', 'returned', 'cancelled')",
        )
        batch_op.drop_index(batch_op.f('ix_disbursement_batch_id'))
        batch_op.drop_constraint(batch_op.f('fk_disbursement_settled_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_disbursement_batch_id'), type_='foreignkey')
        batch_op.drop_column('settled_by_id')
        batch_op.drop_column('batch_id')
    op.drop_index(op.f('ix_transfer_batch_organisation_id'), table_name='transfer_batch')
    op.drop_table('transfer_batch')
