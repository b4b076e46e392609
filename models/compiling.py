"""Compiled loops, kept on disk so that they are compiled once a machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any


def compiled(function: Callable[..., Any]) -> Any:
    """A loop compiled by numba when it is first called; it holds no lock while it runs.

    Nothing is reordered or contracted: results are those of the operations as they are written.
    """
    import numba

    config: Any = numba.config
    folder, before = loop_folder(), config.CACHE_DIR
    if folder is not None:
        config.CACHE_DIR = str(folder)
    try:
        return numba.njit(nogil=True, cache=folder is not None, error_model="numpy")(function)
    finally:
        config.CACHE_DIR = before


def loop_folder() -> Path | None:
    """Where compiled loops are kept; None where no folder is safe, and they are not kept.

    ``NUMBA_CACHE_DIR``, else in ``SHANHAI_HOME``, else in the platform's folder for caches. What
    lies there is run, so the folder must be this user's own and closed to others.
    """
    import platformdirs

    named, home = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("SHANHAI_HOME")
    if named:
        folder = Path(named)
    elif home:
        folder = Path(home).expanduser() / "loops"
    else:
        folder = Path(platformdirs.user_cache_dir("shanhai", appauthor=False)) / "loops"
    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.stat()
    except OSError:
        return None
    others_write = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if hasattr(os, "getuid") and (about.st_uid != os.getuid() or others_write):
        return None
    return folder if os.access(folder, os.W_OK) else None
