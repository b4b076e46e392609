"""A word that tells this store from every other, and from itself before a restore."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a store of the revision before to this one."""
    identity = op.create_table(
        "identity",
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("word"),
    )
    op.bulk_insert(identity, [{"word": secrets.token_hex(16)}])
