"""Accounts: added, listed, changed, given a password or a token, shut; each change is noted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from api import accounts, passwords
from api.accounts import ROLES, Account
from api.errors import UsageError
from api.store import Store
from api.usecases import cursors, etags
from api.usecases.naming import regions_of, row_id
from api.usecases.row_errors import Conflict, NotThere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from api.store.audit import Action

_OF = {"county": "region", "enterprise": "enterprise"}
"""What an account of a role stands for; no other role stands for anything."""


@dataclass(frozen=True)
class Added:
    """A new account; ``password`` is the one that was made for it, None where one was given."""

    account: Account
    password: str | None

    def as_dict(self) -> dict[str, object]:
        """The account as a JSON object."""
        return {**asdict(self.account), "password": self.password}


@contextmanager
def _changing(
    store: Store, by: str | None, action: Action, name: str, detail: Mapping[str, object] = {}
) -> Iterator[Connection]:
    """One transaction with its line in the audit."""
    from api.store import audit

    with store.connection(writer=True) as connection:
        yield connection
        audit.note(connection, by or audit.command_line(), action, f"users/{name}", detail)


def add(
    store: Store,
    name: str,
    role: str,
    *,
    region: str | None = None,
    enterprise: str | None = None,
    password: str | None = None,
    by: str | None = None,
) -> Added:
    """Add an account.

    Parameters
    ----------
    region, enterprise : str, optional
        A county's region by any of its names, an enterprise's id or name; needed for these roles
        and refused for the others.
    password : str, optional
        Default: one is made.
    by : str, optional
        The account that asks, for the audit; default: who runs this process.

    Raises
    ------
    UsageError
        If the name is not allowed, or role and scope do not go together.
    Conflict
        If the name is taken.
    """
    from api.store import accounts as rows

    allowed = accounts.name_of(name)
    if allowed is None:
        raise UsageError("accounts.bad_name", name=name)
    code_of_region, enterprise_id = _scope(store, role, region, enterprise)
    made = passwords.new() if password is None else None
    hash_ = passwords.hashed(made or password or "")
    with _changing(store, by, "create", allowed, {"role": role}) as connection:
        _stay(store, connection, code_of_region, enterprise_id)
        account = rows.add(
            connection, allowed, role, hash_, region=code_of_region, enterprise_id=enterprise_id
        )
        if account is None:
            raise Conflict("accounts.name_taken", name=name)
    return Added(account, made)


def _scope(
    store: Store, role: str, region: str | None, enterprise: str | None
) -> tuple[str | None, str | None]:
    """The code and the id that an account of a role stands for."""
    if role not in ROLES[1:]:
        raise UsageError("accounts.bad_role", role=role, roles=", ".join(ROLES[1:]))
    for option, value in (("region", region), ("enterprise", enterprise)):
        if (value is not None) != (_OF.get(role) == option):
            code = "accounts.needs_scope" if value is None else "accounts.takes_no_scope"
            raise UsageError(code, role=role, option=f"--{option}", field=option)
    return (
        None if region is None else _key(store, "regions", region),
        None if enterprise is None else _key(store, "enterprises", enterprise),
    )


def _key(store: Store, table: str, written: str) -> str:
    if table == "regions":
        return regions_of(store).resolve(written)
    return row_id(store, table, written)


def _stay(store: Store, connection: Connection, region: str | None, enterprise: str | None) -> None:
    """Make sure, as a writer, that what was found before he had his turn is there still.

    Else the account would stand for a row that is gone, and then for whoever gets its key. Who
    asks is told what he would be a moment later: which entry an enterprise went into, say.
    """
    from api.store import rows

    for table, key in (("regions", region), ("enterprises", enterprise)):
        if key is not None and not rows.is_stored(connection, table, key):
            _key(store, table, key)
            raise NotThere("http.no_such_row", key=key)  # only another row is *called* so


def listed(store: Store) -> list[Account]:
    """All accounts, by name."""
    from api.store import accounts as rows

    with store.connection() as connection:
        return rows.every(connection)


def page(
    store: Store, *, role: str | None = None, region: str | None = None,
    enterprise: str | None = None, disabled: bool | None = None, cursor: str | None = None,
    limit: int = 50,
) -> dict[str, object]:  # fmt: skip
    """Some accounts, by name.

    Parameters
    ----------
    role, enterprise : str, optional
        Only of this role; only for the enterprise of this id.
    region : str, optional
        Only for this region, by any of its names.
    disabled : bool, optional
        Only those that are disabled, or only those that are not.
    cursor : str, optional
        ``next`` of the page before.

    Returns
    -------
    dict
        See :func:`api.usecases.cursors.page`.

    Raises
    ------
    features.regions.UnknownRegion, features.regions.AmbiguousRegion
    """
    code = None if region is None else regions_of(store).resolve(region)
    found = [
        asdict(account) for account in listed(store)
        if (cursor is None or account.name > cursor)
        and role in (None, account.role) and code in (None, account.region)
        and enterprise in (None, account.enterprise_id)
        and disabled in (None, account.disabled_at is not None)
    ]  # fmt: skip
    return cursors.page(found, limit, by="name")


def named(store: Store, name: str) -> Account:
    """One account.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    with store.connection() as connection:
        return _known(connection, name)


def _known(connection: Connection, name: str) -> Account:
    from api.store import accounts as rows

    known = rows.found(connection, accounts.name_of(name) or "")
    if known is None:
        raise UsageError("accounts.no_such_account", name=name)
    return known[0]


def etag_of(account: Account) -> str:
    """The tag of an account as it stands."""
    return etags.etag_of(asdict(account))


def replace(
    store: Store,
    name: str,
    role: str,
    *,
    region: str | None,
    enterprise: str | None,
    disabled: bool,
    if_match: str | None,
    by: str,
) -> Account:
    """Give an account another role or scope, shut it or open it again.

    Raises
    ------
    UsageError
        If there is no such account, or role and scope do not go together.
    Conflict
        If no administrator could sign in any more.
    ConditionMissing, Stale
    """
    from api.store import accounts as rows

    code, enterprise_id = _scope(store, role, region, enterprise)
    known = named(store, name).name
    with _changing(store, by, "update", known, {"role": role, "disabled": disabled}) as connection:
        before = _known(connection, known)
        etags.check(if_match, etag_of(before))
        _stay(store, connection, code, enterprise_id)
        rows.change(connection, known, role, region=code, enterprise_id=enterprise_id)
        if disabled:
            rows.disable(connection, known)
        else:
            rows.enable(connection, known)
        _somebody_manages(connection, before)
        return _known(connection, known)


def disable(store: Store, name: str, *, by: str | None = None) -> None:
    """Shut an account with its tokens and sessions; one that is shut stays so.

    Raises
    ------
    UsageError
        If there is no such account.
    Conflict
        If it is the last administrator's.
    """
    from api.store import accounts as rows

    known = named(store, name).name
    with _changing(store, by, "disable", known) as connection:
        before = _known(connection, known)
        rows.disable(connection, known)
        _somebody_manages(connection, before)


def enable(store: Store, name: str, *, by: str | None = None) -> None:
    """Open an account again that was shut; what it signed in by is gone, but for its password.

    Raises
    ------
    UsageError
        If there is no such account.
    """
    from api.store import accounts as rows

    known = named(store, name).name
    with _changing(store, by, "enable", known) as connection:
        rows.enable(connection, known)


def _somebody_manages(connection: Connection, before: Account) -> None:
    """Make sure that with an account's change not the last administrator is gone."""
    from api.store import accounts as rows

    managed = before.role == "admin" and before.disabled_at is None
    if managed and not rows.open_admins(connection):
        raise Conflict("accounts.last_admin", name=before.name)


def reset_password(store: Store, name: str, *, by: str | None = None) -> tuple[str, int]:
    """A new password for an account, to be shown once; whatever opened it so far no longer does.

    Returns
    -------
    str
        The password.
    int
        How many tokens ended, which whoever held a session could have made for later.

    Raises
    ------
    UsageError
        If there is no such account.
    accounts.Shut
        If nobody could sign in with it.
    """
    from api.store import accounts as rows

    known, made = named(store, name).name, passwords.new()
    hash_ = passwords.hashed(made)
    ended: dict[str, object] = {}
    with _changing(store, by, "password", known, ended) as connection:
        if _known(connection, known).disabled_at is not None:
            raise accounts.Shut("accounts.shut_password", name=known)
        rows.set_password(connection, known, hash_)
        ended["tokens_ended"] = count = rows.end_tokens(connection, known)
    return made, count


def tokens(store: Store, name: str) -> list[dict[str, str]]:
    """The tokens of an account, oldest first: ``id`` and ``made_at``, never the token.

    Raises
    ------
    UsageError
        If there is no such account.
    """
    from api.store import accounts as rows

    with store.connection() as connection:
        found = rows.tokens_of(connection, _known(connection, name).name)
    return [{"id": digest[: accounts.TOKEN_ID], "made_at": made} for digest, made in found]


def revoke_token(store: Store, name: str, token_id: str, *, by: str | None = None) -> None:
    """Let a token of an account be worth nothing from now on.

    Raises
    ------
    UsageError
        If there is no such account.
    NotThere
        If it has no such token.
    """
    from api.store import accounts as rows

    known = named(store, name).name
    with _changing(store, by, "revoke", known, {"token": token_id[:64]}) as connection:
        for digest, _ in rows.tokens_of(connection, known):
            if digest[: accounts.TOKEN_ID] == token_id:
                rows.end_token(connection, digest)
                return
        raise NotThere("accounts.no_such_token", name=known, key=token_id[:64])
