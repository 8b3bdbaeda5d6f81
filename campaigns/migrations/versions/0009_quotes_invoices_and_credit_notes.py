"""Quotes, invoices and credit notes"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('community_legal',
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('legal_name', sa.String(length=140), nullable=False),
    sa.Column('address', sa.String(length=400), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('registration', sa.String(length=120), nullable=False),
    sa.Column('tax_id', sa.String(length=30), nullable=False),
    sa.Column('deductible', sa.Boolean(), nullable=False),
    sa.Column('deductible_text', sa.String(length=600), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.CheckConstraint("NOT deductible OR deductible_text <> ''", name=op.f('ck_community_legal_deductible')),
    sa.CheckConstraint("lang IN ('en', 'ar')", name=op.f('ck_community_legal_lang')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_community_legal_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_community_legal'))
    )
    op.create_table('billing_document',
    sa.Column('id', KEY, nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('once', sa.String(length=120), nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('kind', sa.Enum('quote', 'invoice', 'credit_note', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('corrects_id', KEY, nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('issued_by_id', KEY, nullable=True),
    sa.CheckConstraint("(kind = 'credit_note') = (due_on IS NULL)", name=op.f('ck_billing_document_due')),
    sa.CheckConstraint("corrects_id IS NULL OR kind = 'credit_note'", name=op.f('ck_billing_document_corrects')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_billing_document_positive')),
    sa.CheckConstraint('number > 0', name=op.f('ck_billing_document_number')),
    sa.ForeignKeyConstraint(['corrects_id'], ['billing_document.id'], name=op.f('fk_billing_document_corrects_id')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['account_user.id'], name=op.f('fk_billing_document_issued_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_billing_document_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_billing_document')),
    sa.UniqueConstraint('once', name=op.f('uq_billing_document_once')),
    sa.UniqueConstraint('organisation_id', 'kind', 'year', 'number', name=op.f('uq_billing_document_organisation_id_kind_year_number')),
    sa.UniqueConstraint('ref', name=op.f('uq_billing_document_ref'))
    )
    with op.batch_alter_table('billing_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_billing_document_corrects_id'), ['corrects_id'], unique=False)
        batch_op.create_index('ix_billing_document_organisation_id_issued_at', ['organisation_id', 'issued_at'], unique=False)

    op.create_table('billing_line',
    sa.Column('document_id', KEY, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('instalment_id', KEY, nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_billing_line_positive')),
    sa.ForeignKeyConstraint(['document_id'], ['billing_document.id'], name=op.f('fk_billing_line_document_id')),
    sa.ForeignKeyConstraint(['instalment_id'], ['instalment.id'], name=op.f('fk_billing_line_instalment_id')),
    sa.PrimaryKeyConstraint('document_id', 'number', name=op.f('pk_billing_line')),
    sa.UniqueConstraint('document_id', 'instalment_id', name=op.f('uq_billing_line_document_id_instalment_id'))
    )
    with op.batch_alter_table('billing_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_billing_line_instalment_id'), ['instalment_id'], unique=False)

    op.create_table('billing_content',
    sa.Column('document_id', KEY, nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['billing_document.id'], name=op.f('fk_billing_content_document_id')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_billing_content'))
    )
    op.only_on('sqlite', "CREATE TRIGGER billing_document_no_update BEFORE UPDATE ON billing_document BEGIN SELECT RAISE(ABORT, 'billing_document is append-only'); END")
    op.only_on('sqlite', "CREATE TRIGGER billing_document_no_delete BEFORE DELETE ON billing_document BEGIN SELECT RAISE(ABORT, 'billing_document is append-only'); END")
    op.only_on('postgresql', 'CREATE TRIGGER billing_document_no_change BEFORE UPDATE OR DELETE ON billing_document FOR EACH ROW EXECUTE FUNCTION refuse_change()')
    op.only_on('postgresql', 'CREATE TRIGGER billing_document_no_truncate BEFORE TRUNCATE ON billing_document FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
    op.only_on('sqlite', "CREATE TRIGGER billing_line_no_update BEFORE UPDATE ON billing_line BEGIN SELECT RAISE(ABORT, 'billing_line is append-only'); END")
    op.only_on('sqlite', "CREATE TRIGGER billing_line_no_delete BEFORE DELETE ON billing_line BEGIN SELECT RAISE(ABORT, 'billing_line is append-only'); END")
    op.only_on('postgresql', 'CREATE TRIGGER billing_line_no_change BEFORE UPDATE OR DELETE ON billing_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
    op.only_on('postgresql', 'CREATE TRIGGER billing_line_no_truncate BEFORE TRUNCATE ON billing_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')


def downgrade():
    op.drop_table('billing_content')
    op.drop_table('billing_line')
    op.drop_table('billing_document')
    op.drop_table('community_legal')
