"""People sign in and out; a program brings its token with every request instead."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api import accounts
from api.http.routing import COOKIE, EVERYONE, SIGNED_IN, Anyone, Routes, Signed, StoreOf

ROUTES = Routes("session")


class SignIn(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "zhang", "password": "correct horse battery"}},
    )
    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)


@ROUTES.post("/session", roles=EVERYONE, kind="sign_in")
def sign_in(request: Request, asked: SignIn, store: StoreOf, caller: Anyone) -> Response:
    """Sign in; the answer sets a cookie."""
    address = request.client.host if request.client else ""
    found = accounts.sign_in(store, asked.name, asked.password, address=address)
    answer = JSONResponse(_said(found.account))
    answer.set_cookie(
        COOKIE, found.secret, max_age=accounts.SESSION_SECONDS, httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip
    return answer


@ROUTES.get("/session", roles=SIGNED_IN)
def who(account: Signed) -> dict[str, Any]:
    """Who is signed in."""
    return _said(account)


@ROUTES.delete("/session", roles=EVERYONE, status_code=204)
def sign_out(request: Request, store: StoreOf, caller: Anyone) -> Response:
    """Sign out; who is not signed in is signed out already."""
    if secret := request.cookies.get(COOKIE):
        accounts.sign_out(store, secret)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _said(account: accounts.Account) -> dict[str, Any]:
    kept = asdict(account)
    return {name: kept[name] for name in ("name", "role", "region", "enterprise_id")}
