"""Rows of accounts, tokens, sessions and failed attempts to sign in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from api import settings
from api.store.layout import ACCOUNTS, SESSIONS, SIGN_IN_FAILURES, TOKENS
from api.store.reading import Ask


@dataclass(frozen=True)
class Account:
    """Who uses the service.

    Attributes
    ----------
    role : str
        One of :data:`api.accounts.ROLES` but anonymous.
    region : str or None
        Code of the county whose rows a county account writes.
    enterprise_id : str or None
        The row that an enterprise account stands for.
    disabled_at : str or None
        When it was shut; None: it is open.
    """

    name: str
    role: str
    region: str | None
    enterprise_id: str | None
    made_at: str
    disabled_at: str | None


_OPEN = "SELECT " + ", ".join(f"a.{one.name}" for one in fields(Account)) + " FROM accounts a"


def _asked(found: Sequence[Sequence[Any]]) -> Account | None:
    return Account(*found[0]) if found else None


def _account(row: Any) -> Account:
    return Account(row.name, row.role, row.region, row.enterprise_id, row.made_at, row.disabled_at)


def add(
    connection: Connection,
    name: str,
    role: str,
    password_hash: str,
    *,
    region: str | None,
    enterprise_id: str | None,
) -> Account | None:
    """Add an account; None: the name is taken."""
    if found(connection, name) is not None:
        return None
    account = Account(name, role, region, enterprise_id, settings.stamp(), None)
    cells = {**asdict(account), "password_hash": password_hash}
    connection.execute(insert(ACCOUNTS).values(cells))
    return account


def found(connection: Connection, name: str) -> tuple[Account, str] | None:
    """An account and the hash of its password."""
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
    return None if row is None else (_account(row), str(row.password_hash))


def every(connection: Connection) -> list[Account]:
    """All accounts, by name in code point order."""
    rows = connection.execute(select(ACCOUNTS)).all()
    return sorted(map(_account, rows), key=lambda account: account.name)


def standing_for(connection: Connection, table: str, key: str) -> int:
    """How many accounts that are not shut stand for a row: for that enterprise or that region."""
    columns = {"enterprises": ACCOUNTS.c.enterprise_id, "regions": ACCOUNTS.c.region}
    if table not in columns:
        return 0
    statement = select(func.count()).where(columns[table] == key, ACCOUNTS.c.disabled_at.is_(None))
    return connection.execute(statement).scalar_one()


def hand_over(connection: Connection, into: Mapping[str, str]) -> dict[str, str]:
    """Let accounts of enterprises that were merged away stand for those they went into.

    Returns
    -------
    dict of str to str
        The accounts' names, and the id that each stood for.
    """
    moved = {
        account.name: account.enterprise_id
        for account in every(connection)
        if account.enterprise_id in into and account.enterprise_id is not None
    }
    for name, gone in moved.items():
        statement = update(ACCOUNTS).where(ACCOUNTS.c.name == name)
        connection.execute(statement.values(enterprise_id=into[gone]))
    return moved


def hand_back(connection: Connection, stood: Mapping[str, str], into: Mapping[str, str]) -> None:
    """Let accounts stand for what they stood for again, but those changed since."""
    for name, gone in stood.items():
        statement = update(ACCOUNTS).where(
            ACCOUNTS.c.name == name, ACCOUNTS.c.enterprise_id == into[gone]
        )
        connection.execute(statement.values(enterprise_id=gone))


def open_admins(connection: Connection) -> int:
    """How many administrators can sign in."""
    statement = (
        select(func.count())
        .select_from(ACCOUNTS)
        .where(ACCOUNTS.c.role == "admin", ACCOUNTS.c.disabled_at.is_(None))
    )
    return connection.execute(statement).scalar_one()


def disable(connection: Connection, name: str) -> None:
    """Shut an account, and with it its tokens and sessions."""
    connection.execute(
        update(ACCOUNTS)
        .where(ACCOUNTS.c.name == name, ACCOUNTS.c.disabled_at.is_(None))
        .values(disabled_at=settings.stamp())
    )
    for held in (TOKENS, SESSIONS):
        connection.execute(delete(held).where(held.c.account == name))


def change(
    connection: Connection, name: str, role: str, *, region: str | None, enterprise_id: str | None
) -> None:
    """Let an account have another role and stand for something else."""
    statement = update(ACCOUNTS).where(ACCOUNTS.c.name == name)
    connection.execute(statement.values(role=role, region=region, enterprise_id=enterprise_id))


def enable(connection: Connection, name: str) -> None:
    """Open an account that was shut; its tokens and sessions are gone."""
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(disabled_at=None))


def set_password(connection: Connection, name: str, password_hash: str) -> None:
    """Give an account another password; who is signed in with the one before is no longer."""
    statement = update(ACCOUNTS).where(ACCOUNTS.c.name == name)
    connection.execute(statement.values(password_hash=password_hash))
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account == name))


def keep_hash(connection: Connection, name: str, password_hash: str) -> None:
    """Keep the same password's hash anew, as hashes are made now; sessions go on."""
    statement = update(ACCOUNTS).where(ACCOUNTS.c.name == name)
    connection.execute(statement.values(password_hash=password_hash))


def tokens_of(connection: Connection, account: str) -> list[tuple[str, str]]:
    """Digest and moment of making of every token of an account, oldest first."""
    statement = select(TOKENS.c.digest, TOKENS.c.made_at).where(TOKENS.c.account == account)
    found = [(str(digest), str(made)) for digest, made in connection.execute(statement)]
    return sorted(found, key=lambda token: (token[1], token[0]))


def end_token(connection: Connection, digest: str) -> None:
    """Let a token be worth nothing from now on."""
    connection.execute(delete(TOKENS).where(TOKENS.c.digest == digest))


def end_tokens(connection: Connection, account: str) -> int:
    """Let every token of an account be worth nothing from now on; returns how many there were."""
    return connection.execute(delete(TOKENS).where(TOKENS.c.account == account)).rowcount


def add_token(connection: Connection, account: str, digest: str) -> None:
    """Keep the digest of a token."""
    connection.execute(
        insert(TOKENS).values(digest=digest, account=account, made_at=settings.stamp())
    )


def of_token(ask: Ask, digest: str) -> Account | None:
    """The open account that a token stands for."""
    return _asked(ask(f"{_OPEN} JOIN tokens t ON t.account = a.name "
                      "WHERE t.digest = :digest AND a.disabled_at IS NULL",
                      {"digest": digest}))  # fmt: skip


def add_session(connection: Connection, account: str, digest: str, now: int, expires: int) -> None:
    """Keep the digest of a session, and let go of those that have run out."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires <= now))
    connection.execute(insert(SESSIONS).values(digest=digest, account=account, expires=expires))


def of_session(ask: Ask, digest: str, now: int) -> Account | None:
    """The open account that is signed in by a session that has not run out."""
    return _asked(ask(f"{_OPEN} JOIN sessions s ON s.account = a.name "
                      "WHERE s.digest = :digest AND s.expires > :now AND a.disabled_at IS NULL",
                      {"digest": digest, "now": now}))  # fmt: skip


def end_session(connection: Connection, digest: str) -> None:
    """Sign out."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest))


def failures(connection: Connection, digest: str, after: int) -> tuple[int, int]:
    """How many attempts failed in the window that began after a moment, and when it began."""
    held = SIGN_IN_FAILURES.c
    statement = select(held.failures, held.since).where(held.digest == digest, held.since > after)
    row = connection.execute(statement).first()
    return (0, 0) if row is None else (int(row.failures), int(row.since))


def count_failure(connection: Connection, digest: str, now: int, after: int) -> None:
    """Count an attempt; windows that began before ``after`` are let go of."""
    held = SIGN_IN_FAILURES.c
    connection.execute(delete(SIGN_IN_FAILURES).where(held.since <= after))
    raised = connection.execute(
        update(SIGN_IN_FAILURES).where(held.digest == digest).values(failures=held.failures + 1)
    )
    if not raised.rowcount:
        connection.execute(insert(SIGN_IN_FAILURES).values(digest=digest, failures=1, since=now))


def forget_failures(connection: Connection, digest: str) -> None:
    """Begin anew after an attempt that succeeded."""
    connection.execute(delete(SIGN_IN_FAILURES).where(SIGN_IN_FAILURES.c.digest == digest))


def take_back_failure(connection: Connection, digest: str) -> None:
    """An attempt that was counted beforehand has succeeded."""
    held = SIGN_IN_FAILURES.c
    connection.execute(
        update(SIGN_IN_FAILURES)
        .where(held.digest == digest, held.failures > 0)
        .values(failures=held.failures - 1)
    )
