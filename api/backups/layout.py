"""What stands in a backup file under which name, and what is said of one that is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from api.errors import UsageError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
ACTIVE: Final = "models/active"
RULES: Final = "overdue_rules.toml"

SEAL_WORDS: Final = b"shanhai-backup sha256:"
SEAL: Final = re.compile(SEAL_WORDS + rb"([0-9a-f]{64})")
SEAL_BYTES: Final = len(SEAL_WORDS) + 64

MOST_TIMES: Final = 200
"""How many times its own size a file may say; rows of a store come to 5 to 20 times."""
ALWAYS_BYTES: Final = 64 << 20
"""So much may be said by the smallest file."""
MANIFEST_BYTES: Final = 64 << 20
ROW_BYTES: Final = 256 << 20

_TABLE = re.compile(r"tables/([a-z][a-z_]{0,62})\.jsonl", re.ASCII)
_MODEL = re.compile(
    r"models/(\d{8}-[0-9a-f]{16})/(manifest\.json|model\.json|arrays\.npz)", re.ASCII
)
_JOB = re.compile(r"jobs/([0-9a-f]{32})/([A-Za-z0-9_][A-Za-z0-9_.-]{0,99})", re.ASCII)


class BackupRefused(UsageError):
    """A backup file that is not read, or must not be; nothing was changed."""


@dataclass(frozen=True)
class Member:
    """One file in a backup.

    Attributes
    ----------
    size : int
        Bytes, unpacked.
    rows : int or None
        Of a table: how many.
    """

    name: str
    size: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Attributes
    ----------
    program, made_at : str
        What made it, and when (UTC).
    revision : str
        Layout of the store it was made of.
    database : str
        sqlite or postgresql; it can be restored into either.
    members : tuple of Member
    """

    program: str
    made_at: str
    revision: str
    database: str
    members: tuple[Member, ...]

    def content(self) -> bytes:
        """The bytes of ``manifest.json``."""
        members = [
            {name: value for name, value in asdict(member).items() if value is not None}
            for member in self.members
        ]
        said = {
            "format": FORMAT, "program": self.program, "made_at": self.made_at,
            "layout": self.revision, "database": self.database, "members": members,
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, content: bytes, place: str) -> Manifest:
        """A manifest from its bytes.

        Raises
        ------
        BackupRefused
        """
        try:
            said = json.loads(content)
            if isinstance(said["format"], int) and said["format"] > FORMAT:
                raise BackupRefused("backup.newer_format", file=place, found=said["format"])
            return cls(
                str(said["program"]), str(said["made_at"]), str(said["layout"]),
                str(said["database"]), tuple(map(_member, said["members"])),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BackupRefused("backup.damaged", file=place, member=MANIFEST) from error


def _member(said: Mapping[str, Any]) -> Member:
    rows = said.get("rows")
    name, size, sha256 = said["name"], said["size"], said["sha256"]
    numbers = [size] if rows is None else [size, rows]
    if not isinstance(name, str) or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError(name)
    return Member(name, size, str(sha256), rows)


def table_of(name: str) -> str | None:
    """The table whose rows a member holds."""
    found = _TABLE.fullmatch(name)
    return None if found is None else found[1]


def model_of(name: str) -> tuple[str, str] | None:
    """The model and the name of its file that a member holds."""
    found = _MODEL.fullmatch(name)
    return None if found is None else (found[1], found[2])


def job_of(name: str) -> tuple[str, str] | None:
    """The job and the name of the file it made that a member holds."""
    found = _JOB.fullmatch(name)
    return None if found is None else (found[1], found[2])


def is_known(name: str) -> bool:
    """Whether a member may be called so; no such name leads out of the folder it belongs to."""
    plain = name in (ACTIVE, RULES)
    return plain or any(of(name) is not None for of in (table_of, model_of, job_of))
