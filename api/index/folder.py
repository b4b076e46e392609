"""Arrays and a document in a folder: written whole or not at all, checked, mapped into memory.

::

    index/                          the root
      9f3c…/                        one folder for each state of the rows
        manifest.json               format, SHA-256 and size of each file, place of each array
        document.json               rows, names, figures
        arrays.bin                  numbers, one array after the other
    9f3c….20091231-…/             the scores of its pairs under a model, likewise

All processes of a server map the same file, so the numbers lie in memory once.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from api import settings
from features.durable import sync_folder, write_synced

FORMAT: Final = 2
_ALIGNED: Final = 64
_MANIFEST, _DOCUMENT, _ARRAYS = "manifest.json", "document.json", "arrays.bin"
_KINDS: Final = {"|b1", "|i1", "|u1", "<i2", "<i4", "<i8", "<f4", "<f8"}

Arrays = Mapping[str, NDArray[Any]]


class Unusable(Exception):
    """What lies there is not what was written; it is made anew."""


def root() -> Path:
    """Folder of all indexes."""
    return settings.home() / "index"


def there(name: str) -> bool:
    """Whether an index of this name lies on disk, whole or not."""
    return (root() / name / _MANIFEST).is_file()


def latest() -> list[str]:
    """Names of the indexes that lie on disk, the newest first."""
    return [name for name in _newest("*/" + _MANIFEST) if "." not in name]


def parts_of(name: str) -> list[str]:
    """Names of what was made of an index, the newest first."""
    return _newest(f"{name}.*/" + _MANIFEST)


def _newest(pattern: str) -> list[str]:
    found = [(-file.stat().st_mtime_ns, file.parent.name) for file in root().glob(pattern)]
    return [name for _, name in sorted(found)]


def write(name: str, arrays: Arrays, document: Mapping[str, Any]) -> None:
    """Keep an index under a name; one that is there already is put aside."""
    settings.private_folder(root())
    target, new = root() / name, root() / f".new-{secrets.token_hex(8)}"
    new.mkdir(mode=0o700)
    try:
        places = _write_arrays(new / _ARRAYS, arrays)
        write_synced(new / _DOCUMENT, json.dumps(document, ensure_ascii=False).encode())
        files = {f: _vouched(new / f) for f in (_DOCUMENT, _ARRAYS)}
        manifest = {"format": FORMAT, "files": files, "arrays": places}
        write_synced(new / _MANIFEST, json.dumps(manifest).encode())
        if target.exists():
            target.rename(root() / f".old-{secrets.token_hex(8)}")
        new.rename(target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    sync_folder(root())


def read(name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays of an index (mapped, read-only) and its document.

    Raises
    ------
    Unusable
        If it is not there, or not exactly what was written.
    """
    here = root() / name
    try:
        manifest = json.loads((here / _MANIFEST).read_bytes())
        if manifest["format"] != FORMAT:
            raise Unusable(name)
        for file, vouched in manifest["files"].items():
            if _vouched(here / file) != vouched:
                raise Unusable(file)
        document = json.loads((here / _DOCUMENT).read_bytes())
        return _mapped(here / _ARRAYS, manifest["arrays"]), document
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(name) from error


def forget_all_but(kept: set[str]) -> None:
    """Remove indexes of other names, what was made of them, and what a broken-off write left."""
    if root().is_dir():
        for entry in root().iterdir():
            if entry.is_dir() and entry.name.partition(".")[0] not in kept:
                forget(entry.name)


def forget(name: str) -> None:
    """Remove what lies under a name; who still maps its file holds on to it."""
    shutil.rmtree(root() / name, ignore_errors=True)


def _write_arrays(file: Path, arrays: Arrays) -> dict[str, Any]:
    places: dict[str, Any] = {}
    with file.open("xb") as out:
        for name, array in arrays.items():
            plain = np.ascontiguousarray(array)
            if plain.dtype.str not in _KINDS:
                raise ValueError(f"array {name!r} of {plain.dtype} cannot be kept")
            out.write(b"\0" * (-out.tell() % _ALIGNED))
            places[name] = [plain.dtype.str, list(array.shape), out.tell()]
            out.write(plain.data)
        out.write(b"\0")  # an empty file cannot be mapped
        out.flush()
        os.fsync(out.fileno())
    return places


def _mapped(file: Path, places: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    with file.open("rb") as stream:
        held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    found = {}
    for name, (kind, shape, start) in places.items():
        if kind not in _KINDS:
            raise Unusable(name)
        count = int(np.prod(shape, dtype=np.int64))
        found[name] = np.frombuffer(held, kind, count, start).reshape(shape)
    return found


def _vouched(file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"size": file.stat().st_size, "sha256": digest}
