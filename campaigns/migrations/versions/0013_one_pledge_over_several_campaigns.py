"""One pledge over several campaigns"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('pledge_group',
    sa.Column('id', KEY, nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('reference', sa.String(length=25), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_pledge_group_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge_group')),
    sa.UniqueConstraint('once', name=op.f('uq_pledge_group_once')),
    sa.UniqueConstraint('ref', name=op.f('uq_pledge_group_ref')),
    sa.UniqueConstraint('reference', name=op.f('uq_pledge_group_reference'))
    )
    op.create_index(op.f('ix_pledge_group_organisation_id'), 'pledge_group', ['organisation_id'], unique=False)

    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_id', KEY, nullable=True))
        batch_op.create_index(batch_op.f('ix_pledge_group_id'), ['group_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_pledge_group_id'), 'pledge_group', ['group_id'], ['id'])


def downgrade():
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_pledge_group_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_pledge_group_id'))
        batch_op.drop_column('group_id')

    op.drop_table('pledge_group')
