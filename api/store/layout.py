"""The database tables, made from :data:`features.schema.TABLES` (SQLAlchemy Core).

A column added to the schema appears here by itself; the migration that brings it into stores
that exist already is written by ``python -m api.store.migrate revise "what for"``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from api.store.cells import OWN
from features.schema import TABLES, TableSpec

_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "int": BigInteger,
    "float": Float,
    "date": Date,
}


def _table(metadata: MetaData, spec: TableSpec) -> Table:
    columns = [Column(c.name, _TYPES.get(c.kind, Text)()) for c in spec.columns]
    own = [Column(OWN, Text())] if spec.own_columns else []
    return Table(
        spec.name,
        metadata,
        Column("row_key", String(), primary_key=True),
        *columns,
        *own,
        Column("added_at", String(20), nullable=False),
        Column("updated_at", String(20), nullable=False),
    )


METADATA = MetaData()
"""Everything in the store except Alembic's own table of the version."""

ROWS: dict[str, Table] = {name: _table(METADATA, spec) for name, spec in TABLES.items()}
"""The tables of the contract."""

LIST_LOG = Table(
    "list_log",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", String(20), nullable=False),
    Column("by", Text(), nullable=False),
    Column("query", Text(), nullable=False),
    Column("filters", Text(), nullable=False),
    Column("model_id", Text(), nullable=False),
    Column("as_of", Date(), nullable=False),
    Column("rows", Text(), nullable=False),
    Index("list_log_at", "at"),
)
"""Every list handed out, so that it can be reproduced and its effect measured."""

PROPERTIES = Table(
    "properties",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", Text(), nullable=False),
)
"""What the store says of itself: that its data are made up, the date they are told for."""

MERGES = Table(
    "merges",
    METADATA,
    Column("number", Integer(), primary_key=True, autoincrement=False),
    Column("at", String(20), nullable=False),
    Column("by", Text(), nullable=False),
    Column("merged", Text(), nullable=False),
    Column("changes", Text(), nullable=False),
    Column("undone_at", String(20)),
)
"""Entries merged into others, one row a batch, with every row as it was and as it became."""

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("region", Text()),
    Column("enterprise_id", Text()),
    Column("password_hash", Text(), nullable=False),
    Column("made_at", String(20), nullable=False),
    Column("disabled_at", String(20)),
)
"""Who may use the service, with which role and for whose rows."""

TOKENS = Table(
    "tokens",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("made_at", String(20), nullable=False),
    Index("tokens_account", "account"),
)
"""Tokens of programs: what was shown once is kept as its SHA-256 only."""

IDENTITY = Table("identity", METADATA, Column("word", String(32), primary_key=True))
"""One row: what tells this store from every other, and from itself before a restore."""

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("expires", BigInteger(), nullable=False),
    Index("sessions_account", "account"),
)
"""People signed in, until a second of the epoch; kept as the SHA-256 of the cookie."""

SIGN_IN_FAILURES = Table(
    "sign_in_failures",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("failures", BigInteger(), nullable=False),
    Column("since", BigInteger(), nullable=False),
)
"""Failed attempts to sign in, by name and address or by address alone, as digests."""

JOBS = Table(
    "jobs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("by", Text(), nullable=False),
    Column("state", String(8), nullable=False),
    Column("request", Text(), nullable=False),
    Column("submitted_at", String(20), nullable=False),
    Column("started_at", String(20)),
    Column("ended_at", String(20)),
    Column("progress", Text()),
    Column("result", Text()),
    Column("error", Text()),
    Column("holder", Text()),
    Column("lease_until", BigInteger()),
    Index("jobs_state", "state"),
)
"""Long work that was asked for: who holds it until which second of the epoch, what it came to."""

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", String(20), nullable=False),
    Column("by", Text(), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", Text(), nullable=False),
    Column("detail", Text(), nullable=False),
)
"""Who did what to which row; names of what was changed, never values. Ids sort by time."""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", String(20), nullable=False),
    Column("by", Text(), nullable=False),
    Column("of_table", String(64), nullable=False),
    Column("row_key", Text(), nullable=False),
    Column("before", Text()),
    Column("after", Text()),
    Column("undone_at", String(20)),
    Index("decisions_row", "of_table", "row_key"),
)
"""Decisions made on pages, each with its row as it was and as it became, so that it is undone."""

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", String(20), nullable=False),
    Column("by", Text(), nullable=False),
    Column("list_id", String(32), nullable=False),
    Column("candidate_id", Text()),
    Column("verdict", String(16), nullable=False),
    Column("reason", Text()),
    Index("feedback_list", "list_id"),
)
"""What people said of the lists they were given, or of one match on them."""
