"""Arrays in one file: an uncompressed ``.npz`` that always has the same bytes.

Readable by :func:`numpy.load`. Nothing in it is ever executed: no pickles, headers of a
limited size, only plain numbers, each array of the type and shape that was announced.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Announced", "announce", "pack", "unpack"]

#: Type and shape of each array by name: ``{"weights": ("<f8", (4, 31))}``.
Announced = dict[str, tuple[str, tuple[int, ...]]]

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # the only time stamp a zip file can do without
_HEADER_LIMIT: Final = 1000  # characters; ours have about 70
_MOST_DIMENSIONS: Final = 8


def announce(arrays: Mapping[str, NDArray[Any]]) -> Announced:
    """Type (little-endian) and shape of each array.

    Raises
    ------
    ValueError
        An array of something else than plain numbers, or a name unfit for a file.
    """
    found: Announced = {}
    for name, array in arrays.items():
        kind = array.dtype.newbyteorder("<").str
        if not _plain(kind) or not name.isidentifier() or array.ndim > _MOST_DIMENSIONS:
            raise ValueError(f"array {name!r} of {array.dtype} cannot be stored: numbers only")
        found[name] = (kind, array.shape)
    return found


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The file's bytes; they depend on nothing but names and values."""
    announced = announce(arrays)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            body = io.BytesIO()
            array = np.ascontiguousarray(arrays[name], dtype=announced[name][0])
            np.lib.format.write_array(
                body, array.reshape(arrays[name].shape), version=(1, 0), allow_pickle=False
            )
            entry = zipfile.ZipInfo(f"{name}.npy", _EARLIEST)
            entry.create_system = 3  # whatever machine writes
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, body.getvalue())
    return file.getvalue()


def unpack(data: bytes, announced: Announced) -> dict[str, NDArray[Any]]:
    """The arrays of :func:`pack`, read-only.

    Raises
    ------
    ValueError
        If the file holds anything else than the arrays announced.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            if len(entries) != len(archive.infolist()) or set(entries) != {
                f"{name}.npy" for name in announced
            }:
                raise ValueError("other arrays than announced")
            return {
                name: _unpack_one(archive, entries[f"{name}.npy"], *announced[name])
                for name in sorted(announced)
            }
    except (zipfile.BadZipFile, struct.error, RuntimeError, EOFError, OSError) as error:
        raise ValueError("not a file of arrays") from error


def _unpack_one(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kind: str, shape: tuple[int, ...]
) -> NDArray[Any]:
    if entry.compress_type != zipfile.ZIP_STORED or not _plain(kind):
        raise ValueError("compressed or not plain numbers")
    body = archive.read(entry)  # stored: never larger than the file itself
    stream = io.BytesIO(body)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("other header version")
    found_shape, by_columns, dtype = np.lib.format.read_array_header_1_0(
        stream, max_header_size=_HEADER_LIMIT
    )
    size = int(np.prod(shape, dtype=object)) if shape else 1
    start = stream.tell()
    if dtype.str != kind or found_shape != shape or by_columns:
        raise ValueError("other type or shape than announced")
    if len(body) - start != size * dtype.itemsize:
        raise ValueError("other length than its shape says")
    array = np.frombuffer(body, dtype=dtype, offset=start).reshape(shape).copy()
    array.setflags(write=False)
    return array


def _plain(kind: str) -> bool:
    return kind in {
        "|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8",
    }  # fmt: skip
