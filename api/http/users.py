"""Accounts over HTTP: for administrators; a token for oneself for everybody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from api import accounts
from api.http.routing import ADMINS, SIGNED_IN, Routes, Signed, StoreOf
from api.store import audit
from api.usecases import users

ROUTES = Routes("users")


class NewUser(BaseModel):
    """An account to be; without a password one is made and shown once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "zhang", "role": "county", "region": "江山市"}},
    )
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    region: str | None = Field(None, max_length=200)
    enterprise: str | None = Field(None, max_length=200)
    password: str | None = Field(None, max_length=1000)


@ROUTES.get("/users", roles=ADMINS)
def list_users(store: StoreOf) -> dict[str, Any]:
    """All accounts, by name."""
    return {"rows": [asdict(account) for account in users.listed(store)]}


@ROUTES.get("/users/{name}", roles=ADMINS)
def read_user(name: str, store: StoreOf) -> dict[str, Any]:
    """One account."""
    return asdict(users.named(store, name))


@ROUTES.post("/users", roles=ADMINS, status_code=201)
def add_user(asked: NewUser, store: StoreOf, account: Signed) -> dict[str, Any]:
    """Add an account; the password that was made for it is shown this once."""
    added = users.add(
        store, asked.name, asked.role, region=asked.region, enterprise=asked.enterprise,
        password=asked.password,
    )  # fmt: skip
    with store.connection(writer=True) as connection:
        audit.note(connection, account.name, "create", f"users/{added.account.name}",
                   {"role": added.account.role})  # fmt: skip
    return added.as_dict()


@ROUTES.delete("/users/{name}", roles=ADMINS, status_code=204)
def disable_user(name: str, store: StoreOf, account: Signed) -> Response:
    """Shut an account; its tokens and sessions end with it."""
    users.disable(store, name)
    with store.connection(writer=True) as connection:
        audit.note(connection, account.name, "disable", f"users/{name}")
    return Response(status_code=204)


@ROUTES.post("/users/{name}/tokens", roles=ADMINS, status_code=201)
def give_token(name: str, store: StoreOf, account: Signed) -> dict[str, str]:
    """A token for a program that acts for an account, shown this once."""
    return _token(store, name, account)


@ROUTES.post("/session/tokens", roles=SIGNED_IN, status_code=201)
def own_token(store: StoreOf, account: Signed) -> dict[str, str]:
    """A token for a program of one's own, shown this once."""
    return _token(store, account.name, account)


def _token(store: StoreOf, name: str, account: Signed) -> dict[str, str]:
    token = accounts.token_for(store, name)
    with store.connection(writer=True) as connection:
        audit.note(connection, account.name, "token", f"users/{name}")
    return {"name": name, "token": token}
