"""What schools say they received"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
PROVEN = "state <> 'proven' OR proof_id IS NOT NULL"


def upgrade():
    op.create_table('school_receipt',
    sa.Column('id', KEY, nullable=False),
    sa.Column('disbursement_id', KEY, nullable=False),
    sa.Column('link_hash', sa.String(length=64), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('proof_id', KEY, nullable=True),
    sa.Column('differs', sa.Boolean(), nullable=False),
    sa.Column('answered_at', sa.DateTime(), nullable=False),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('settled_by_id', KEY, nullable=True),
    sa.Column('settle_note', sa.String(length=300), nullable=True),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_school_receipt_amount')),
    sa.CheckConstraint('differs OR settled_by_id IS NULL', name=op.f('ck_school_receipt_settled')),
    sa.CheckConstraint('settled_by_id IS NULL OR settled_at IS NOT NULL', name=op.f('ck_school_receipt_settled_at')),
    sa.ForeignKeyConstraint(['disbursement_id'], ['disbursement.id'], name=op.f('fk_school_receipt_disbursement_id')),
    sa.ForeignKeyConstraint(['proof_id'], ['file.id'], name=op.f('fk_school_receipt_proof_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['account_user.id'], name=op.f('fk_school_receipt_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_receipt')),
    sa.UniqueConstraint('link_hash', name=op.f('uq_school_receipt_link_hash'))
    )
    op.create_index(op.f('ix_school_receipt_disbursement_id'), 'school_receipt', ['disbursement_id'], unique=False)
    op.create_table('school_receipt_student',
    sa.Column('receipt_id', KEY, nullable=False),
    sa.Column('application_id', KEY, nullable=False),
    sa.Column('enrolled', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_school_receipt_student_application_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['school_receipt.id'], name=op.f('fk_school_receipt_student_receipt_id')),
    sa.PrimaryKeyConstraint('receipt_id', 'application_id', name=op.f('pk_school_receipt_student'))
    )
    op.create_index(op.f('ix_school_receipt_student_application_id'), 'school_receipt_student', ['application_id'], unique=False)
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agreed_at', sa.DateTime(), nullable=True))
        batch_op.drop_constraint(batch_op.f('ck_disbursement_proven'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_proven'), PROVEN + ' OR agreed_at IS NOT NULL')


def downgrade():
    op.execute("UPDATE disbursement SET state = 'released' WHERE state = 'proven' AND proof_id IS NULL")
    with op.batch_alter_table('disbursement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_disbursement_proven'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_disbursement_proven'), PROVEN)
        batch_op.drop_column('agreed_at')
    op.drop_index(op.f('ix_school_receipt_student_application_id'), table_name='school_receipt_student')
    op.drop_table('school_receipt_student')
    op.drop_index(op.f('ix_school_receipt_disbursement_id'), table_name='school_receipt')
    op.drop_table('school_receipt')
