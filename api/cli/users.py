"""``user``: who may use the service, and by what they sign in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from api.cli.console import print_json, say_line, table
from api.cli.options import AsJson, Lang
from api.errors import UsageError
from features.language import say

if TYPE_CHECKING:
    from api.store import Store
    from api.usecases.users import Added

Action = Literal[
    "add", "list", "token", "tokens", "revoke", "password", "disable", "enable"
]  # fmt: skip


def user(
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="cli.user.action")],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="cli.user.name")] = None,
    token_id: Annotated[
        str | None, typer.Argument(metavar="TOKEN_ID", help="cli.user.token_id")
    ] = None,
    role: Annotated[
        Literal["enterprise", "county", "planner", "admin"] | None,
        typer.Option("--role", help="cli.user.role"),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="R", help="cli.user.region")
    ] = None,
    enterprise: Annotated[
        str | None, typer.Option("--enterprise", metavar="ID", help="cli.user.enterprise")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="cli.user.password_stdin")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Add, list, shut or open accounts; give them tokens and passwords, and end these."""
    from api.store import Store

    options = {
        "--role": role, "--region": region, "--enterprise": enterprise,
        "--password-stdin": password_stdin or None,
    }  # fmt: skip
    for option, value in options.items():
        if action != "add" and value is not None:
            raise UsageError("accounts.only_with_add", option=option)
    if action == "list":
        if name is not None:
            raise UsageError("accounts.list_takes_no_name", name=name)
        _list(Store.open(), as_json)
        return
    if name is None:
        raise UsageError("accounts.name_needed", action=action)
    if (token_id is None) == (action == "revoke"):
        code = "accounts.token_id_needed" if token_id is None else "accounts.takes_no_token_id"
        raise UsageError(code, name=name, action=action, key=token_id)
    if action == "add":
        if role is None:
            raise UsageError("accounts.role_needed")
        _add(Store.open(), name, role, region, enterprise, password_stdin, as_json)
    elif token_id is not None:
        _revoke(Store.open(), name, token_id, as_json)
    else:
        _DOES[action](Store.open(), name, as_json)


def _add(
    store: Store,
    name: str,
    role: str,
    region: str | None,
    enterprise: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    from api.usecases import users

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    added: Added = users.add(
        store, name, role, region=region, enterprise=enterprise, password=password
    )
    if as_json:
        print_json(added.as_dict())
        return
    say_line("cli.user.added", name=added.account.name, role=say(f"role.{role}"))
    if added.password is not None:
        say_line("cli.user.password", password=added.password)
    say_line("cli.user.next")


def _tell(as_json: bool, found: Mapping[str, object], code: str, **values: object) -> None:
    """Say what was done, in a sentence or as a document."""
    if as_json:
        print_json(found)
    else:
        say_line(code, **values)


def _token(store: Store, name: str, as_json: bool) -> None:
    from api import accounts

    token = accounts.token_for(store, name)
    number = accounts.token_id(token)
    found = {"name": name, "id": number, "token": token}
    _tell(as_json, found, "cli.user.token", name=name, token=token, id=number)


def _tokens(store: Store, name: str, as_json: bool) -> None:
    from api.usecases import users

    found = users.tokens(store, name)
    if as_json:
        print_json({"name": name, "tokens": found})
    elif not found:
        say_line("cli.user.no_tokens", name=name)
    else:
        table(
            [say(f"cli.user.heading.{heading}") for heading in ("token_id", "made_at")],
            [(token["id"], token["made_at"]) for token in found],
        )


def _revoke(store: Store, name: str, token_id: str, as_json: bool) -> None:
    from api.usecases import users

    users.revoke_token(store, name, token_id)
    _tell(as_json, {"name": name, "revoked": token_id}, "cli.user.revoked", name=name, id=token_id)


def _password(store: Store, name: str, as_json: bool) -> None:
    from api.usecases import users

    password, ended = users.reset_password(store, name)
    if as_json:
        print_json({"name": name, "password": password, "tokens_ended": ended})
    else:
        say_line("cli.user.reset", name=name, ended=ended)
        say_line("cli.user.password", password=password)


def _disable(store: Store, name: str, as_json: bool) -> None:
    from api.usecases import users

    users.disable(store, name)
    _tell(as_json, {"disabled": name}, "cli.user.disabled", name=name)


def _enable(store: Store, name: str, as_json: bool) -> None:
    from api.usecases import users

    users.enable(store, name)
    _tell(as_json, {"enabled": name}, "cli.user.enabled", name=name)


def _list(store: Store, as_json: bool) -> None:
    from dataclasses import asdict

    from api.usecases import users

    found = users.listed(store)
    if as_json:
        print_json({"users": [asdict(account) for account in found]})
        return
    if not found:
        say_line("cli.user.none")
        return
    headings = ("name", "role", "scope", "made_at", "disabled_at")
    table(
        [say(f"cli.user.heading.{heading}") for heading in headings],
        [
            (a.name, say(f"role.{a.role}"), a.region or a.enterprise_id, a.made_at, a.disabled_at)
            for a in found
        ],
    )


_DOES: Final[dict[str, Callable[[Store, str, bool], None]]] = {
    "token": _token, "tokens": _tokens, "password": _password,
    "disable": _disable, "enable": _enable,
}  # fmt: skip
