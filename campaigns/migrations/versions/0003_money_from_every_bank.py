"""Money from every bank"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('bank_columns',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('heading_hash', sa.String(length=64), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('said_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_bank_columns_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_columns')),
    sa.UniqueConstraint('organisation_id', 'heading_hash', name=op.f('uq_bank_columns_organisation_id_heading_hash'))
    )

    with op.batch_alter_table('community_places', schema=None) as batch_op:
        batch_op.add_column(sa.Column('budget', sa.BigInteger(), nullable=True))
        batch_op.alter_column('count', existing_type=sa.Integer(), nullable=True)
        batch_op.create_check_constraint(batch_op.f('ck_community_places_budget'), 'budget > 0')
        batch_op.create_check_constraint(batch_op.f('ck_community_places_counted'), 'count IS NOT NULL OR budget IS NOT NULL')


def downgrade():
    op.execute("DELETE FROM community_places WHERE count IS NULL")
    with op.batch_alter_table('community_places', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_community_places_counted'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_community_places_budget'), type_='check')
        batch_op.alter_column('count', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column('budget')

    op.drop_table('bank_columns')
