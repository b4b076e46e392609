"""Passwords: made, hashed and judged, as many at once as there are processors.

Each hash takes 19 MiB while it is worked out. More at once than processors make none of them
faster, and would let whoever sends many passwords at one moment fill the memory.
"""

from __future__ import annotations

import os
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from api.errors import UsageError, UserError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 200
AT_ONCE = os.cpu_count() or 1
"""Most passwords that are worked on at one moment in one process."""
PATIENCE_SECONDS = 3
"""How long a stranger's waits for its turn before it is sent away."""
_turns = threading.BoundedSemaphore(AT_ONCE)


class TooManyAtOnce(UserError):
    """So many passwords are being judged that this one was not looked at."""

    seconds = PATIENCE_SECONDS

    def __init__(self) -> None:
        super().__init__("accounts.too_many_at_once", seconds=self.seconds)


@cache
def hasher() -> PasswordHasher:
    """argon2id as OWASP's Password Storage Cheat Sheet asks at least: 19 MiB, two passes, one lane.

    Four lanes over 64 MiB (RFC 9106's second choice) took both processors of a small machine from
    everybody else for a fifth of a second each time that somebody signed in.
    """
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def nobodys() -> str:
    """A hash that no password has: an unknown name takes as long as a wrong password."""
    return hashed(secrets.token_urlsafe(32))


def new() -> str:
    """A password of 120 random bits."""
    return secrets.token_urlsafe(15)


def check_length(password: str) -> None:
    """Refuse what is no password, before anything dear is done with it.

    Raises
    ------
    UsageError
        If it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError("accounts.password_length", least=SHORTEST, most=LONGEST)


def hashed(password: str) -> str:
    """The argon2id hash of a password.

    Raises
    ------
    UsageError
        If it is too short or too long.
    """
    check_length(password)
    with _turns:
        return hasher().hash(_bytes(password))


def fits(password: str, hash_: str) -> bool:
    """Whether a password is the one of a hash.

    Raises
    ------
    TooManyAtOnce
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    with _soon():
        try:
            return hasher().verify(hash_, _bytes(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False


def anew(password: str, hash_: str) -> str | None:
    """The password's hash of today's cost; None: it has that."""
    return hashed(password) if hasher().check_needs_rehash(hash_) else None


@contextmanager
def _soon() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise TooManyAtOnce
    try:
        yield
    finally:
        _turns.release()


def _bytes(password: str) -> bytes:
    """Any text as bytes; the same password typed on another keyboard stays the same."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
