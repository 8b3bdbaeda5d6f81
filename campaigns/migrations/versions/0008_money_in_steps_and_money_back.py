"""Money in steps, and money back"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
COUNTS = sa.text("state NOT IN ('cancelled', 'returned')")
BEFORE = "'proposed', 'released', 'proven', 'cancelled'"


def upgrade():
    op.create_table('tranche',
    sa.Column('id', KEY, nullable=False),
    sa.Column('campaign_id', KEY, nullable=False),
    sa.Column('school_id', KEY, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('made_by_id', KEY, nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_tranche_number')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_tranche_campaign_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account_user.id'], name=op.f('fk_tranche_made_by_id')),
    sa.ForeignKeyConstraint(['school_id'], ['organisation.id'], name=op.f('fk_tranche_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tranche')),
    sa.UniqueConstraint('campaign_id', 'school_id', 'number', name=op.f('uq_tranche_campaign_id_school_id_number'))
    )
    op.create_table('tranche_part',
    sa.Column('tranche_id', KEY, nullable=False),
    sa.Column('line_id', KEY, nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_tranche_part_positive')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_tranche_part_line_id')),
    sa.ForeignKeyConstraint(['tranche_id'], ['tranche.id'], name=op.f('fk_tranche_part_tranche_id')),
    sa.PrimaryKeyConstraint('tranche_id', 'line_id', name=op.f('pk_tranche_part'))
    )
    op.create_index(op.f('ix_tranche_part_line_id'), 'tranche_part', ['line_id'], unique=False)
    op.create_table('disbursement_return',
    sa.Column('id', KEY, nullable=False),
    sa.Column('disbursement_id', KEY, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('returned_by', sa.Enum('bank', 'school', name='returnedby', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('bank_reference', sa.String(length=80), nullable=False),
    sa.Column('returned_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('recorded_by_id', KEY, nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('told_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_disbursement_return_positive')),
    sa.ForeignKeyConstraint(['disbursement_id'], ['disbursement.id'], name=op.f('fk_disbursement_return_disbursement_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account_user.id'], name=op.f('fk_disbursement_return_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disbursement_return')),
    sa.UniqueConstraint('disbursement_id', 'bank_reference', name=op.f('uq_disbursement_return_disbursement_id_bank_reference')),
    sa.UniqueConstraint('disbursement_id', 'number', name=op.f('uq_disbursement_return_disbursement_id_number')),
    sa.UniqueConstraint('once', name=op.f('uq_disbursement_return_once'))
    )
    op.create_index(op.f('ix_disbursement_return_told_at'), 'disbursement_return', ['told_at'], unique=False)
    op.create_table('disbursement_return_part',
    sa.Column('return_id', KEY, nullable=False),
    sa.Column('line_id', KEY, nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_disbursement_return_part_positive')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_disbursement_return_part_line_id')),
    sa.ForeignKeyConstraint(['return_id'], ['disbursement_return.id'], name=op.f('fk_disbursement_return_part_return_id')),
    sa.PrimaryKeyConstraint('return_id', 'line_id', name=op.f('pk_disbursement_return_part'))
    )

    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tranche_id', KEY, nullable=True))
        batch_op.add_column(sa.Column('returned', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('reminders', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_disbursement_tranche_id'), 'tranche', ['tranche_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_disbursement_disbursementstate'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_disbursementstate'), "state IN ('proposed', 'released', 'proven', 'returned', 'cancelled')")
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_returned'), 'returned >= 0 AND returned <= amount')
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_all_back'), "(state = 'returned') = (returned = amount)")
        batch_op.create_index('uq_disbursement_tranche_id', ['tranche_id'], unique=True, sqlite_where=COUNTS, postgresql_where=COUNTS)
    with op.batch_alter_table('disbursement_part', schema=None) as batch_op:
        batch_op.add_column(sa.Column('returned', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_part_returned'), 'returned >= 0 AND returned <= amount')
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.alter_column('returned', existing_type=sa.BigInteger(), server_default=None)
        batch_op.alter_column('reminders', existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table('disbursement_part', schema=None) as batch_op:
        batch_op.alter_column('returned', existing_type=sa.BigInteger(), server_default=None)


def downgrade():
    with op.batch_alter_table('disbursement_part', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_disbursement_part_returned'), type_='check')
        batch_op.drop_column('returned')
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.drop_index('uq_disbursement_tranche_id', sqlite_where=COUNTS, postgresql_where=COUNTS)
        batch_op.drop_constraint(batch_op.f('ck_disbursement_all_back'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_disbursement_returned'), type_='check')
    op.execute("UPDATE disbursement SET state = 'released' WHERE state = 'returned'")
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_disbursement_disbursementstate'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_disbursementstate'), f"state IN ({BEFORE})")
        batch_op.drop_constraint(batch_op.f('fk_disbursement_tranche_id'), type_='foreignkey')
        for column in ('reminded_at', 'reminders', 'returned', 'tranche_id'):
            batch_op.drop_column(column)

    op.drop_table('disbursement_return_part')
    op.drop_index(op.f('ix_disbursement_return_told_at'), table_name='disbursement_return')
    op.drop_table('disbursement_return')
    op.drop_index(op.f('ix_tranche_part_line_id'), table_name='tranche_part')
    op.drop_table('tranche_part')
    op.drop_table('tranche')
