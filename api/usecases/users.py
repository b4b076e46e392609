"""Accounts: added, listed, given a token, shut."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from api import accounts
from api.accounts import ROLES, Account
from api.errors import UsageError
from api.store import Store
from api.usecases.naming import regions_of, row_id

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


def add(
    store: Store,
    name: str,
    role: str,
    *,
    region: str | None = None,
    enterprise: str | None = None,
    password: str | None = None,
) -> Added:
    """Add an account.

    Parameters
    ----------
    region, enterprise : str, optional
        A county's region by any of its names, an enterprise's id or name; needed for these roles
        and refused for the others.
    password : str, optional
        Default: one is made.

    Raises
    ------
    UsageError
        If the name is taken or not allowed, or role and scope do not go together.
    """
    from api.store import accounts as rows

    allowed = accounts.name_of(name)
    if allowed is None:
        raise UsageError("accounts.bad_name", name=name)
    if role not in ROLES[1:]:
        raise UsageError("accounts.bad_role", role=role, roles=", ".join(ROLES[1:]))
    for option, value in (("region", region), ("enterprise", enterprise)):
        if (value is not None) != (_OF.get(role) == option):
            code = "accounts.needs_scope" if value is None else "accounts.takes_no_scope"
            raise UsageError(code, role=role, option=f"--{option}")
    code_of_region = None if region is None else regions_of(store).resolve(region)
    enterprise_id = None if enterprise is None else row_id(store, "enterprises", enterprise)
    made = accounts.new_password() if password is None else None
    hash_ = accounts.hashed(made or password or "")
    with store.connection(writer=True) as connection:
        account = rows.add(
            connection, allowed, role, hash_, region=code_of_region, enterprise_id=enterprise_id
        )
        if account is None:
            raise UsageError("accounts.name_taken", name=name)
    return Added(account, made)


def listed(store: Store) -> list[Account]:
    """All accounts, by name."""
    from api.store import accounts as rows

    with store.connection() as connection:
        return rows.every(connection)


def named(store: Store, name: str) -> Account:
    """One account.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    from api.store import accounts as rows

    with store.connection() as connection:
        known = rows.found(connection, accounts.name_of(name) or "")
    if known is None:
        raise UsageError("accounts.no_such_account", name=name)
    return known[0]


def disable(store: Store, name: str) -> None:
    """Shut an account with its tokens and sessions; one that is shut stays so.

    Raises
    ------
    UsageError
        If there is no such account, or it is the last administrator's.
    """
    from api.store import accounts as rows

    with store.connection(writer=True) as connection:
        known = rows.found(connection, accounts.name_of(name) or "")
        if known is None:
            raise UsageError("accounts.no_such_account", name=name)
        account = known[0]
        opens = account.role == "admin" and account.disabled_at is None
        if opens and rows.open_admins(connection) == 1:
            raise UsageError("accounts.last_admin", name=name)
        rows.disable(connection, account.name)
