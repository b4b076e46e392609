"""Who may use the service: roles, passwords, tokens, sessions, and patience with guesses.

What proves who one is is never stored: of a password its argon2id hash, of tokens and sessions
(256 random bits, which nobody can guess) their SHA-256.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api import passwords
from api.errors import UsageError, UserError
from api.networks import network_of
from api.store import Store
from api.store.accounts import Account

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "ROLES", "Account", "Shut", "SignInRefused", "SignedIn", "TooManyAttempts", "change_password",
    "name_of", "of_session", "of_token", "sign_in", "sign_out", "token_for", "token_id",
]  # fmt: skip

ROLES = ("anonymous", "enterprise", "county", "planner", "admin")
"""Contract 4. Nobody has an account as ``anonymous``: that is who has not signed in."""

_NAME = re.compile(r"[\w.@-]{1,64}")
SESSION_SECONDS = 12 * 3600
WINDOW_SECONDS = 900
TOKEN_ID = 16
"""First letters of a token's digest, by which it is listed and revoked."""
TRIES_OF_A_NAME, TRIES_OF_AN_ADDRESS = 5, 50
MOST_TOKENS = 20
"""Of one account at a time: who makes ever more of them has lost sight of who holds them."""


class Shut(UsageError):
    """The account is shut: it is opened again before it is given anything to sign in with."""


class TooManyTokens(UsageError):
    """The account has as many tokens as it may have: one is revoked before another is made."""


class SignInRefused(UserError):
    """Name or password is wrong, or the account is shut: which of these is not said."""


class TooManyAttempts(UserError):
    """Too many attempts failed; ``seconds`` until the next is looked at."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("accounts.too_many_attempts", minutes=-(-seconds // 60))


@dataclass(frozen=True)
class SignedIn:
    """Somebody signed in; ``secret`` is the cookie's value and is not kept."""

    account: Account
    secret: str
    expires: int


def name_of(written: str) -> str | None:
    """The name of an account as it is kept; None: no account can be called so.

    What a database would refuse (NUL, half a surrogate pair) never gets there.
    """
    name = unicodedata.normalize("NFC", written.strip())
    return name if _NAME.fullmatch(name) else None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def sign_in(
    store: Store, name: str, password: str, *, address: str = "", now: int | None = None
) -> SignedIn:
    """Sign a person in; that it was tried, and how it ended, is noted.

    Parameters
    ----------
    address : str
        Where the attempt comes from. Failures are counted by name and address, so that nobody
        shuts another out from elsewhere, and by address, so that nobody tries many names.
    now : int, optional
        Second of the epoch; default: the clock.

    Raises
    ------
    SignInRefused
        If name and password do not belong to an open account.
    TooManyAttempts
        If as many failed within the last quarter of an hour; the password is not looked at.
    api.passwords.TooManyAtOnce
        If too many others are signing in at this moment.
    """
    from api.store import accounts as rows
    from api.store import audit

    now = int(time.time()) if now is None else now
    account, hash_ = _proven(store, name, password, address, now)
    # One hash for all: by how long a refusal takes nobody can tell which names there are.
    again = passwords.anew(password, hash_)
    secret, expires = secrets.token_urlsafe(32), now + SESSION_SECONDS
    with store.connection(writer=True) as connection:
        _still(connection, account.name, hash_)
        rows.forget_failures(connection, _of_name(name, address))
        rows.take_back_failure(connection, _of_network(address))
        if again is not None:
            rows.keep_hash(connection, account.name, again)
        rows.add_session(connection, account.name, _digest("session", secret), now, expires)
        audit.note(connection, account.name, "sign_in", "session", {"address": address})
    return SignedIn(account, secret, expires)


def change_password(store: Store, name: str, password: str, new: str, *, address: str = "") -> None:
    """Choose another password for oneself; every session but programs' tokens ends.

    Raises
    ------
    SignInRefused, TooManyAttempts
        If the present password is not the one given; guesses count as those to sign in.
    UsageError
        If the new one is too short or too long.
    """
    from api.store import accounts as rows
    from api.store import audit

    passwords.check_length(new)
    account, hash_ = _proven(store, name, password, address, int(time.time()))
    new_hash = passwords.hashed(new)  # only now: a hash is dear, and guesses are counted first
    with store.connection(writer=True) as connection:
        _still(connection, account.name, hash_)
        rows.forget_failures(connection, _of_name(name, address))
        rows.take_back_failure(connection, _of_network(address))
        rows.set_password(connection, account.name, new_hash)
        audit.note(connection, account.name, "password", f"users/{account.name}")


def _of_name(name: str, address: str) -> str:
    return _digest("name", name_of(name) or name, network_of(address))


def _of_network(address: str) -> str:
    return _digest("address", network_of(address))


def _still(connection: Connection, name: str, hash_: str) -> None:
    """Make sure that a password which was right is still the account's, and that it is open.

    Raises
    ------
    SignInRefused
        If either has changed while the password was judged: a new one must end what the old began.
    """
    from api.store import accounts as rows

    again = rows.found(connection, name)
    if again is None or again[0].disabled_at is not None or again[1] != hash_:
        raise SignInRefused("accounts.refused")


def _proven(store: Store, name: str, password: str, address: str, now: int) -> tuple[Account, str]:
    """The open account that name and password belong to, and the hash that says so.

    The attempt counts as failed so far.

    A password is judged outside any transaction: writers do not wait for argon2. That an attempt
    counts as failed until it is known to be right makes guesses sent at one moment count too.
    """
    from api.store import accounts as rows
    from api.store import audit

    after = now - WINDOW_SECONDS
    allowed = name_of(name)
    of_address = _of_network(address)
    limits = {_of_name(name, address): TRIES_OF_A_NAME, of_address: TRIES_OF_AN_ADDRESS}
    with store.connection(writer=True) as connection:
        for digest, most in limits.items():
            failed, since = rows.failures(connection, digest, after)
            if failed >= most:
                raise TooManyAttempts(since + WINDOW_SECONDS - now)
        for digest in limits:
            rows.count_failure(connection, digest, now, after)
        known = None if allowed is None else rows.found(connection, allowed)
    try:
        right = passwords.fits(password, passwords.nobodys() if known is None else known[1])
    except passwords.TooManyAtOnce:  # it was not looked at, so nothing has failed
        with store.connection(writer=True) as connection:
            for digest in limits:
                rows.take_back_failure(connection, digest)
        raise
    if known is not None and right and known[0].disabled_at is None:
        return known
    # A name that nobody has is not noted: people type passwords there.
    subject = "session" if known is None else f"users/{known[0].name}"
    with store.connection(writer=True) as connection:
        audit.note(connection, "anonymous", "sign_in_refused", subject, {"address": address})
    raise SignInRefused("accounts.refused")


def of_session(store: Store, secret: str, *, now: int | None = None) -> Account | None:
    """Who is signed in by a cookie; None: nobody, or no longer."""
    from api.store import accounts as rows

    now = int(time.time()) if now is None else now
    with store.asking() as ask:
        return rows.of_session(ask, _digest("session", secret), now)


def sign_out(store: Store, secret: str) -> None:
    """End a session; one that is not there is ended already."""
    from api.store import accounts as rows

    with store.connection(writer=True) as connection:
        rows.end_session(connection, _digest("session", secret))


def token_for(store: Store, name: str, *, by: str | None = None) -> str:
    """A new token of an open account, to be shown once.

    Parameters
    ----------
    by : str, optional
        The account that asks for it; default: who runs this process.

    Raises
    ------
    UsageError
        If there is no such account.
    Shut
    TooManyTokens
    """
    from api.store import accounts as rows
    from api.store import audit

    token = f"shanhai_{secrets.token_urlsafe(32)}"
    with store.connection(writer=True) as connection:
        known = rows.found(connection, name_of(name) or "")
        if known is None:
            raise UsageError("accounts.no_such_account", name=name)
        if known[0].disabled_at is not None:
            raise Shut("accounts.shut", name=name)
        if len(rows.tokens_of(connection, known[0].name)) >= MOST_TOKENS:
            raise TooManyTokens("accounts.too_many_tokens", name=known[0].name, most=MOST_TOKENS)
        rows.add_token(connection, known[0].name, _digest("token", token))
        detail = {"token": token_id(token)}
        who = by or audit.command_line()
        audit.note(connection, who, "token", f"users/{known[0].name}", detail)
    return token


def token_id(token: str) -> str:
    """What a token is called where it is listed: nobody can find the token by it."""
    return _digest("token", token)[:TOKEN_ID]


def of_token(store: Store, token: str) -> Account | None:
    """Whose token it is; None: nobody's, or its account is shut."""
    from api.store import accounts as rows

    with store.asking() as ask:
        return rows.of_token(ask, _digest("token", token))
