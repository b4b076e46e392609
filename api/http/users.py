"""Accounts over HTTP: for administrators; one's own password and tokens for everybody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api import accounts
from api.http.routing import ADMINS, API, SIGNED_IN, Routes, Signed, StoreOf
from api.usecases import users

ROUTES = Routes("users")

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=1000)]


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


class ChangedUser(BaseModel):
    """What an account is to be from now on; its name and password stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"role": "county", "region": "江山市", "enterprise": None, "disabled": False}
        },
    )
    role: str = Field(max_length=20)
    region: str | None = Field(None, max_length=200)
    enterprise: str | None = Field(None, max_length=200)
    disabled: StrictBool = False


class ChangedPassword(BaseModel):
    """The password one has, and the one to have."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"password": "correct horse battery", "new": "another horse battery"}
        },
    )
    password: str = Field(max_length=1000)
    new: str = Field(max_length=1000)


def _shown(account: accounts.Account, status: int = 200, **more: Any) -> Response:
    content = {**asdict(account), **more}
    headers = {"ETag": users.etag_of(account)}
    if status == 201:
        headers["Location"] = f"{API}/users/{quote(account.name)}"
    return JSONResponse(content, status, headers)


@ROUTES.get("/users", roles=ADMINS)
def list_users(
    store: StoreOf,
    role: Literal["enterprise", "county", "planner", "admin"] | None = None,
    region: Annotated[str | None, Query(max_length=200)] = None,
    enterprise_id: Annotated[str | None, Query(max_length=64)] = None,
    disabled: bool | None = None,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Accounts, by name."""
    return users.page(
        store, role=role, region=region, enterprise=enterprise_id, disabled=disabled,
        cursor=cursor, limit=limit,
    )  # fmt: skip


@ROUTES.get("/users/{name}", roles=ADMINS)
def read_user(name: str, store: StoreOf) -> Response:
    """One account; its ETag is what a change of it takes as If-Match."""
    return _shown(users.named(store, name))


@ROUTES.post("/users", roles=ADMINS, status_code=201)
def add_user(asked: NewUser, store: StoreOf, account: Signed) -> Response:
    """Add an account; the password that was made for it is shown this once."""
    added = users.add(
        store, asked.name, asked.role, region=asked.region, enterprise=asked.enterprise,
        password=asked.password, by=account.name,
    )  # fmt: skip
    return _shown(added.account, 201, password=added.password)


@ROUTES.put("/users/{name}", roles=ADMINS)
def change_user(
    name: str, asked: ChangedUser, store: StoreOf, account: Signed, if_match: IfMatch = None
) -> Response:
    """Give an account another role or scope, shut it (its tokens end), or open it again."""
    changed = users.replace(
        store, name, asked.role, region=asked.region, enterprise=asked.enterprise,
        disabled=asked.disabled, if_match=if_match, by=account.name,
    )  # fmt: skip
    return _shown(changed)


@ROUTES.delete("/users/{name}", roles=ADMINS, status_code=204)
def disable_user(name: str, store: StoreOf, account: Signed) -> Response:
    """Shut an account; its tokens and sessions end with it."""
    users.disable(store, name, by=account.name)
    return Response(status_code=204)


@ROUTES.post("/users/{name}/password", roles=ADMINS, status_code=201)
def reset_password(name: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """A new password, shown this once; all sessions and tokens of the account end."""
    made, ended = users.reset_password(store, name, by=account.name)
    return {"name": name, "password": made, "tokens_ended": ended}


@ROUTES.get("/users/{name}/tokens", roles=ADMINS)
def tokens_of(name: str, store: StoreOf) -> dict[str, Any]:
    """The tokens of an account: ids and when they were made, never the token itself."""
    return {"rows": users.tokens(store, name)}


@ROUTES.post("/users/{name}/tokens", roles=ADMINS, status_code=201)
def give_token(name: str, store: StoreOf, account: Signed) -> dict[str, str]:
    """A token for a program that acts for an account, shown this once; at most 20 at a time."""
    return _token(store, name, account)


@ROUTES.delete("/users/{name}/tokens/{token_id}", roles=ADMINS, status_code=204)
def revoke_token(name: str, token_id: str, store: StoreOf, account: Signed) -> Response:
    """Revoke a token of an account."""
    users.revoke_token(store, name, token_id, by=account.name)
    return Response(status_code=204)


@ROUTES.put("/session/password", roles=SIGNED_IN, status_code=204)
def own_password(
    request: Request, asked: ChangedPassword, store: StoreOf, account: Signed
) -> Response:
    """Choose another password for oneself; one signs in anew with it. Tokens stay until revoked."""
    address = request.client.host if request.client else ""
    accounts.change_password(store, account.name, asked.password, asked.new, address=address)
    return Response(status_code=204)


@ROUTES.get("/session/tokens", roles=SIGNED_IN)
def own_tokens(store: StoreOf, account: Signed) -> dict[str, Any]:
    """One's own tokens: ids and when they were made, never the token itself."""
    return {"rows": users.tokens(store, account.name)}


@ROUTES.post("/session/tokens", roles=SIGNED_IN, status_code=201)
def own_token(store: StoreOf, account: Signed) -> dict[str, str]:
    """A token for a program of one's own, shown this once; at most 20 at a time."""
    return _token(store, account.name, account)


@ROUTES.delete("/session/tokens/{token_id}", roles=SIGNED_IN, status_code=204)
def revoke_own_token(token_id: str, store: StoreOf, account: Signed) -> Response:
    """Revoke a token of one's own."""
    users.revoke_token(store, account.name, token_id, by=account.name)
    return Response(status_code=204)


def _token(store: StoreOf, name: str, account: Signed) -> dict[str, str]:
    token = accounts.token_for(store, name, by=account.name)
    return {"name": name, "id": accounts.token_id(token), "token": token}
