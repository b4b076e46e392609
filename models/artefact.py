"""A fitted model as data: written whole or not at all, checked before a byte of it is read.

::

    models/                         the root
      active                        one line: model id, SHA-256 of its manifest
      20080301-9f3c…/               one folder a model; its name holds the manifest's hash
        manifest.json               format, date, SHA-256 and size of each file, array shapes
        model.json                  parameters, names, figures
        arrays.npz                  numbers (no pickles)

The folder's name vouches for the manifest and the manifest for the files, so a changed byte
anywhere is noticed. Files are compared with their hashes before anything parses them.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from features.durable import sync_folder, write_synced
from features.language import Text, text
from features.system_reasons import why
from models import array_file

__all__ = [
    "ArtefactError", "active", "load", "publish", "published_within", "read", "require_shape",
    "stored", "write",
]  # fmt: skip

FORMAT: Final = 1

Parameters = dict[str, Any]
Arrays = dict[str, NDArray[Any]]

_POINTER, _MANIFEST, _MODEL, _ARRAYS = "active", "manifest.json", "model.json", "arrays.npz"
_LARGEST: Final = {_POINTER: 200, _MANIFEST: 2**20, _MODEL: 2**27, _ARRAYS: 2**32}
_ID: Final = re.compile(r"\d{8}-[0-9a-f]{16}", re.ASCII)
_NONE: Final = b"none\n"
"""In place of the line of the pointer: no model is in use, though there are some."""
_POINTER_LINE: Final = re.compile(rb"(\d{8}-[0-9a-f]{16}) ([0-9a-f]{64})\n")


class ArtefactError(RuntimeError):
    """A stored model cannot be used.

    Attributes
    ----------
    code : str
        missing, damaged, cut, swapped, link, unreadable, newer_format, not_finite,
        wrong_shape or other_features.
    file : str
        The file at fault.
    text : dict
        What is wrong and what to do, in Chinese and English.
    """

    def __init__(self, code: str, file: str | Path, **values: object) -> None:
        self.code = code
        self.file = str(file)
        self.text: Text = text(f"artefact.{code}", file=self.file, **values)
        super().__init__(self.text["en"])


def write(
    root: Path, parameters: Parameters, arrays: Mapping[str, NDArray[Any]], *, dated: date
) -> str:
    """Store a model under its id; what is there under that id already is kept or mended.

    Parameters
    ----------
    root : Path
        Folder of all models; made where missing.
    parameters : dict
        What JSON can say, without NaN; tuples come back as lists. Names of features under
        ``features``, where there are any, are hashed into the manifest.
    arrays : mapping of str to array
        Plain finite numbers.
    dated : date
        Day the model knows; first part of the id.

    Returns
    -------
    str
        The model's id, the same for the same content and date.
    """
    files, manifest = _contents(parameters, arrays, dated)
    model_id = f"{dated:%Y%m%d}-{_hash(manifest)[:16]}"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = root / model_id
    if _usable(target):
        return model_id
    new = root / f".new-{secrets.token_hex(8)}"
    new.mkdir(mode=0o700)
    try:
        for name, data in {**files, _MANIFEST: manifest}.items():
            write_synced(new / name, data)
        sync_folder(new)
        if os.path.lexists(target):
            _move_aside(target)
        new.rename(target)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not _usable(target):  # else another process was first with the same bytes
            raise
    sync_folder(root)
    return model_id


def read(folder: Path, *, features: Sequence[str] | None = None) -> tuple[Parameters, Arrays]:
    """A model's parameters and arrays (read-only), after every check.

    Parameters
    ----------
    features : sequence of str, optional
        The names of the features in use; a model made for others is refused.

    Raises
    ------
    ArtefactError
        The model is not exactly what was written.
    """
    manifest = _manifest(folder)
    parameters = _files_checked(folder, manifest)
    if features is not None and manifest["features"] != _names_hash(features):
        raise ArtefactError("other_features", folder)
    return parameters


def publish(root: Path, model_id: str) -> None:
    """Make a stored model the one in use, in one step, after reading it whole.

    Raises
    ------
    ArtefactError
        The model is missing or not what was written; the active one stays.
    """
    if not _ID.fullmatch(model_id):
        raise ArtefactError("missing", root / model_id)
    read(root / model_id)
    _point(root, f"{model_id} {_hash(_bytes(root / model_id / _MANIFEST))}\n".encode("ascii"))


def publish_none(root: Path) -> None:
    """Have no model in use, in one step; those stored stay.

    With no model stored nothing was in use before, and nothing is written.
    """
    if stored(root):
        _point(root, _NONE)


@contextmanager
def published_within(root: Path) -> Iterator[None]:
    """If what is done within fails, the model that was in use before is in use again."""
    pointer = root / _POINTER
    before = pointer.read_bytes() if pointer.is_file() else None
    try:
        yield
    except BaseException:
        now = pointer.read_bytes() if pointer.is_file() else None
        if now != before:
            if before is None:
                pointer.unlink()
                sync_folder(root)
            else:
                _point(root, before)
        raise


def _point(root: Path, line: bytes) -> None:
    """Lay the line that names the model in use in the place of the one before, in one step."""
    new = root / f".new-{secrets.token_hex(8)}"
    try:
        write_synced(new, line)
        new.replace(root / _POINTER)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(root)


def active(root: Path) -> str | None:
    """Id of the published model; ``None`` where there is none, by choice or as none was stored.

    Raises
    ------
    ArtefactError
        The pointer is damaged, or gone though there are models, or names a manifest that
        is not the one published.
    """
    pointer = root / _POINTER
    if not os.path.lexists(pointer) and not stored(root):
        return None
    content = _bytes(pointer)
    if content == _NONE:
        return None
    line = _POINTER_LINE.fullmatch(content)
    if line is None:
        raise ArtefactError("damaged", pointer)
    model_id, digest = line[1].decode(), line[2].decode()
    _check_folder(root / model_id)
    if _hash(_bytes(root / model_id / _MANIFEST)) != digest:
        raise ArtefactError("swapped", root / model_id / _MANIFEST)
    return model_id


def load(
    root: Path, *, features: Sequence[str] | None = None
) -> tuple[str, Parameters, Arrays] | None:
    """The published model: id, parameters, arrays; ``None`` where there is none."""
    model_id = active(root)
    return None if model_id is None else (model_id, *read(root / model_id, features=features))


def stored(root: Path) -> tuple[str, ...]:
    """Ids of all models under the root, whether usable or not, sorted."""
    if not root.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in root.iterdir() if _ID.fullmatch(entry.name)))


def require_shape(arrays: Mapping[str, NDArray[Any]], name: str, *shape: int) -> NDArray[Any]:
    """The array of that name, if its shape is the one its reader needs (−1 = any length)."""
    array = arrays.get(name)
    found = None if array is None else array.shape
    if (
        found is None
        or len(found) != len(shape)
        or any(wanted not in (-1, length) for wanted, length in zip(shape, found, strict=True))
    ):
        raise ArtefactError("wrong_shape", name)
    return cast(NDArray[Any], array)


def _contents(
    parameters: Parameters, arrays: Mapping[str, NDArray[Any]], dated: date
) -> tuple[dict[str, bytes], bytes]:
    """The files' bytes and those of the manifest that vouches for them."""
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ArtefactError("not_finite", name)
    try:
        model = _json(parameters)
    except ValueError as error:
        raise ArtefactError("not_finite", _MODEL) from error
    files = {_MODEL: model, _ARRAYS: array_file.pack(arrays)}
    features = parameters.get("features")
    manifest = {
        "format": FORMAT,
        "date": dated.isoformat(),
        "features": None if features is None else _names_hash(features),
        "files": {n: {"sha256": _hash(d), "size": len(d)} for n, d in files.items()},
        "arrays": {
            name: {"dtype": kind, "shape": list(shape)}
            for name, (kind, shape) in array_file.announce(arrays).items()
        },
    }
    return files, _json(manifest)


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest, if the folder's name vouches for it."""
    _check_folder(folder)
    file = folder / _MANIFEST
    data = _bytes(file)
    digest = _hash(data)[:16]
    if not _ID.fullmatch(folder.name) or folder.name[-16:] != digest:
        if not data:
            raise ArtefactError("cut", file)
        elsewhere = any(other[-16:] == digest for other in stored(folder.parent))
        raise ArtefactError("swapped" if elsewhere else "damaged", file)
    found = _parsed(data, file)
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise ArtefactError("damaged", file)
    if found["format"] > FORMAT:
        raise ArtefactError("newer_format", file, found=found["format"], known=FORMAT)
    if str(found.get("date")).replace("-", "") != folder.name[:8]:
        raise ArtefactError("swapped", folder)
    return found


def _files_checked(folder: Path, manifest: dict[str, Any]) -> tuple[Parameters, Arrays]:
    try:
        vouched = {
            n: (manifest["files"][n]["sha256"], manifest["files"][n]["size"])
            for n in (_MODEL, _ARRAYS)
        }
        announced: array_file.Announced = {
            name: (one["dtype"], tuple(int(n) for n in one["shape"]))
            for name, one in manifest["arrays"].items()
        }
        manifest["features"]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ArtefactError("damaged", folder / _MANIFEST) from error
    data = {name: _bytes(folder / name) for name in vouched}
    for name, (digest, size) in vouched.items():
        if _hash(data[name]) != digest:
            _refuse(folder / name, data[name], size, [d for d, _ in vouched.values()])
    parameters = _parsed(data[_MODEL], folder / _MODEL)
    if not isinstance(parameters, dict):
        raise ArtefactError("wrong_shape", folder / _MODEL)
    try:
        arrays = array_file.unpack(data[_ARRAYS], announced)
    except ValueError as error:
        raise ArtefactError("wrong_shape", folder / _ARRAYS) from error
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ArtefactError("not_finite", f"{folder / _ARRAYS}:{name}")
    return parameters, arrays


def _refuse(file: Path, data: bytes, size: object, digests: list[str]) -> NoReturn:
    if _hash(data) in digests:
        raise ArtefactError("swapped", file)
    raise ArtefactError("cut" if isinstance(size, int) and len(data) < size else "damaged", file)


def _check_folder(folder: Path) -> None:
    if folder.is_symlink():
        raise ArtefactError("link", folder)
    if not folder.is_dir():
        raise ArtefactError("missing", folder)


def _bytes(file: Path) -> bytes:
    """A file's bytes, read once; links and whatever is no plain file are refused."""
    if file.is_symlink():
        raise ArtefactError("link", file)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(file, flags | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise ArtefactError("missing", file) from error
    except OSError as error:
        raise ArtefactError("unreadable", file, reason=why(error)) from error
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST[file.name]:
        os.close(handle)
        raise ArtefactError("damaged", file)
    with os.fdopen(handle, "rb") as stream:
        return stream.read(_LARGEST[file.name] + 1)


def _parsed(data: bytes, file: Path) -> object:
    def finite(number: str) -> float:
        value = float(number)
        if not math.isfinite(value):
            raise ArtefactError("not_finite", file)
        return value

    try:
        return json.loads(data.decode("utf-8"), parse_constant=finite, parse_float=finite)
    except (ValueError, RecursionError) as error:
        raise ArtefactError("damaged", file) from error


def _json(content: object) -> bytes:
    return json.dumps(
        content, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1
    ).encode("utf-8")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _names_hash(names: Sequence[str]) -> str:
    return _hash("\n".join(names).encode("utf-8"))


def _usable(folder: Path) -> bool:
    try:
        read(folder)
    except ArtefactError:
        return False
    return True


def _move_aside(folder: Path) -> None:
    old = folder.with_name(f".old-{secrets.token_hex(8)}")
    folder.rename(old)
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old)
    else:
        old.unlink()
