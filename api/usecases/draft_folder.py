"""Where workbooks that were brought lie: a folder for each below the home, and who may have it.

It lies there until it is imported or thrown away, so that every worker of the service finds it.
Nobody but who brought it is told of it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from api import settings
from api.accounts import Account
from api.errors import UsageError
from api.usecases.file_names import plain
from api.usecases.output import write_bytes
from api.usecases.row_errors import NotThere

KEPT_DAYS = 14
MOST = 20
"""Most drafts of one account; the next file is refused."""
MOST_BYTES = 240 << 20
"""Most that the drafts of one account take up: four files of the largest."""
_AWAY = "away-"
"""How the folder of a draft begins that was thrown away."""
SKIPPED = "skip"
"""Key of a table of a draft's map that is not to be read; the map that is read by has it not."""


@dataclass(frozen=True)
class Draft:
    """A file and how it is to be read.

    Attributes
    ----------
    document : dict
        The map, as :mod:`features.propose_map` writes it and as it was changed since; tables
        that are left out stay in their places (:data:`SKIPPED`).
    columns : list of list of (letters, heading, samples)
        Of each table of the map: every column of its sheet.
    job : str or None
        The job that proposes the map, where the file is large.
    """

    key: str
    by: str
    name: str
    document: dict[str, Any]
    columns: list[list[tuple[str, str, list[str]]]]
    begun: float
    job: str | None = None

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return _root() / self.key

    @property
    def file(self) -> Path:
        """The workbook itself."""
        return self.folder / "given" / self.name

    @property
    def map_file(self) -> Path:
        """The map beside it, without what is left out."""
        return self.folder / "map.json"

    @property
    def mapped(self) -> bool:
        """Whether it is there how to read it."""
        return bool(self.document)

    @property
    def certain(self) -> bool:
        """Whether nothing of the map has to be decided or confirmed."""
        return self.mapped and not self.document.get("uncertain")


def keep(account: Account, name: str, content: BinaryIO) -> Draft:
    """A file as it was brought; nothing has looked at it."""
    kept_as = plain(name)
    _sweep()
    _forget_away(account)
    key = _of_account(account) + secrets.token_hex(10)
    draft = Draft(key, account.name, kept_as, {}, [], time.time())
    settings.private_folder(_root())
    settings.private_folder(draft.folder)
    settings.private_folder(draft.file.parent)
    try:
        with draft.file.open("xb") as out:
            shutil.copyfileobj(content, out, 1 << 20)
        _check_room(account)
    except BaseException:
        discard(draft)
        raise
    return draft


def _of_account(account: Account) -> str:
    """How the keys of an account's drafts begin, so that nobody else's have to be looked at."""
    return hashlib.sha256(account.name.encode()).hexdigest()[:12]


def _check_room(account: Account) -> None:
    """Refuse if what lies there is too much, the new file with it: two at once do not slip by.

    Raises
    ------
    UsageError
    """
    places = list(_root().glob(f"{_of_account(account)}*"))
    if len(places) > MOST:
        raise UsageError("pages.uploads.too_many", most=MOST)
    held = 0
    for place in places:
        with suppress(FileNotFoundError):  # imported or thrown away this moment
            held += sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    if held > MOST_BYTES:
        raise UsageError("pages.uploads.too_large", most=MOST_BYTES >> 20, held=held >> 20)


def save(draft: Draft, document: dict[str, Any]) -> None:
    """Keep a map for a draft, whole, and beside it what of it a workbook is read by."""
    about = {"by": draft.by, "name": draft.name, "begun": draft.begun, "columns": draft.columns,
             "document": document}  # fmt: skip
    # The doubts are told by the places of all tables.
    to_read = {key: said for key, said in document.items() if key != "uncertain"}
    to_read["tables"] = [one for one in document.get("tables", ()) if not one.get(SKIPPED)]
    # The whole last: nothing is told to be decided that is not read so.
    for file, said in ((draft.map_file, to_read), (draft.folder / "about.json", about)):
        write_bytes(file, json.dumps(said, ensure_ascii=False, indent=1).encode())


def found(account: Account, key: str) -> Draft:
    """A draft of the account's.

    Raises
    ------
    NotThere
    """
    if re.fullmatch("[0-9a-f]{32}", key):
        with suppress(FileNotFoundError, KeyError):  # gone, or kept by an earlier version
            draft = _read(key)
            if draft.by == account.name:
                return draft
    raise NotThere("pages.uploads.gone")


def listed(account: Account) -> list[Draft]:
    """The account's drafts, the latest first."""
    drafts = []
    for place in _root().glob(f"{_of_account(account)}*"):
        with suppress(FileNotFoundError, KeyError):
            drafts.append(_read(place.name))
    return sorted((d for d in drafts if d.by == account.name), key=lambda d: -d.begun)


def discard(draft: Draft) -> None:
    """Throw a draft away."""
    shutil.rmtree(draft.folder, ignore_errors=True)


def put_away(account: Account, draft: Draft) -> None:
    """Throw a draft away; it can be had back until another is, or another file is brought."""
    _forget_away(account)
    draft.folder.rename(_root() / f"{_AWAY}{draft.key}")


def _forget_away(account: Account) -> None:
    for place in _root().glob(f"{_AWAY}{_of_account(account)}*"):
        shutil.rmtree(place, ignore_errors=True)


def put_back(account: Account, key: str) -> Draft:
    """Have a draft back that the account threw away.

    Raises
    ------
    NotThere
    """
    place = _root() / f"{_AWAY}{key}"
    if re.fullmatch("[0-9a-f]{32}", key):
        with suppress(FileNotFoundError):
            if json.loads((place / "about.json").read_text("utf-8"))["by"] == account.name:
                place.rename(_root() / key)
    return found(account, key)


def _root() -> Path:
    return settings.home() / "uploads"


def _read(key: str) -> Draft:
    place = _root() / key
    about = json.loads((place / "about.json").read_text("utf-8"))
    job = (place / "job").read_text("utf-8") if (place / "job").exists() else None
    return Draft(
        key, about["by"], about["name"], about["document"], about["columns"], about["begun"], job
    )


def _sweep() -> None:
    """Throw away what lay there too long."""
    root = _root()
    for place in root.iterdir() if root.is_dir() else ():
        with suppress(FileNotFoundError):
            if time.time() - place.stat().st_mtime > KEPT_DAYS * 86400:
                shutil.rmtree(place, ignore_errors=True)
