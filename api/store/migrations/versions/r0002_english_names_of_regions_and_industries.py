"""English names of regions and industries."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a store of the revision before to this one."""
    with op.batch_alter_table("industries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_en", sa.Text(), nullable=True))

    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_en", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("prefecture_en", sa.Text(), nullable=True))
