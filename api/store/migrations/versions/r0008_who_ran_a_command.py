"""What was done on the command line is told from what the account of the same name did."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a store of the revision before to this one.

    Lists and merges of the command line stood under the bare name of who ran it. Of a name that is
    an account's too, what is older than the account is none of it; the rest cannot be told apart.
    """
    for table in ("list_log", "merges"):
        op.execute(
            f"""UPDATE {table} SET "by" = 'cli:' || "by" WHERE "by" NOT LIKE '%:%' AND NOT EXISTS
            (SELECT 1 FROM accounts WHERE accounts.name = {table}."by"
             AND accounts.made_at <= {table}.at)"""
        )
