"""Where the state lives, and the few settings taken from the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from api.errors import UsageError
from features import stamps


@dataclass(frozen=True)
class Setting:
    """One environment variable; ``setting.<name>`` in the catalogue says what it is for."""

    name: str
    default: str


SETTINGS: tuple[Setting, ...] = (
    Setting("SHANHAI_HOME", ""),
    Setting("SHANHAI_DATABASE_URL", ""),
    Setting("SHANHAI_LANG", "zh"),
    Setting("SHANHAI_SETTLE_DAYS", "0"),
    Setting("SHANHAI_JOB_DAYS", "365"),
    Setting("SHANHAI_LIST_DAYS", "730"),
    Setting("SHANHAI_JOB_HOURS", "12"),
    Setting("SHANHAI_JOB_MEMORY_MB", ""),
    Setting("SHANHAI_DEBUG", ""),
    Setting("SOURCE_DATE_EPOCH", ""),
)


_MOST_DAYS = 36500
_MOST_HOURS = 8760
_MOST_MB = 1 << 26
FOLDERS = ("cache", "index", "jobs", "log", "loops", "metrics", "models", "uploads")
"""What the program itself makes in :func:`home`."""
STAMP = "%Y-%m-%dT%H:%M:%SZ"
"""How a moment in UTC is written."""


def program() -> str:
    """The program's name and version."""
    from importlib import metadata

    try:
        return f"shanhai {metadata.version('shanhai')}"
    except metadata.PackageNotFoundError:
        return "shanhai (not installed)"


def home() -> Path:
    """Folder of the state: ``SHANHAI_HOME``, else the platform's folder for user data."""
    wanted = os.environ.get("SHANHAI_HOME")
    if wanted:
        return Path(wanted).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("shanhai", appauthor=False))


def database_url() -> str:
    """Address of the store: ``SHANHAI_DATABASE_URL``, else a SQLite file in :func:`home`."""
    return os.environ.get("SHANHAI_DATABASE_URL") or f"sqlite:///{home() / 'shanhai.db'}"


def model_folder() -> Path:
    """Folder of the published models."""
    return home() / "models"


def log_file() -> Path:
    """File that takes the traceback of a failure nobody foresaw."""
    return home() / "log" / "shanhai.log"


def debug() -> bool:
    """Whether a traceback is wanted on the terminal (``SHANHAI_DEBUG``)."""
    return os.environ.get("SHANHAI_DEBUG", "") not in ("", "0")


def settle_days() -> int:
    """Days below which an introduction is too young to learn from (``SHANHAI_SETTLE_DAYS``).

    Raises
    ------
    UsageError
        If it is not a whole number from 0 to a hundred years.
    """
    return _days("SHANHAI_SETTLE_DAYS", "setting.bad_settle_days")


def job_days() -> int:
    """Days after which a job that has ended is forgotten, with all it came to; 0: never.

    It is ``SHANHAI_JOB_DAYS``.

    Raises
    ------
    UsageError
        As for :func:`settle_days`.
    """
    return _days("SHANHAI_JOB_DAYS", "setting.bad_job_days")


def list_days() -> int:
    """Days after which the log of a list keeps who stood on it, without figures; 0: never.

    It is ``SHANHAI_LIST_DAYS``.

    Raises
    ------
    UsageError
        As for :func:`settle_days`.
    """
    return _days("SHANHAI_LIST_DAYS", "setting.bad_list_days")


def job_hours() -> int:
    """Hours that one job may take (``SHANHAI_JOB_HOURS``); 0: no limit.

    Raises
    ------
    UsageError
        If it is not a whole number that small.
    """
    return _number("SHANHAI_JOB_HOURS", _MOST_HOURS, "setting.bad_job_limit")


def job_memory_mb() -> int | None:
    """Memory in MB that one job may take (``SHANHAI_JOB_MEMORY_MB``); 0: no limit, None: unsaid.

    Raises
    ------
    UsageError
        As for :func:`job_hours`.
    """
    if not os.environ.get("SHANHAI_JOB_MEMORY_MB", "").strip():
        return None
    return _number("SHANHAI_JOB_MEMORY_MB", _MOST_MB, "setting.bad_job_limit")


def _days(name: str, refusal: str) -> int:
    return _number(name, _MOST_DAYS, refusal)


def _number(name: str, most: int, refusal: str) -> int:
    (default,) = (setting.default for setting in SETTINGS if setting.name == name)
    written = os.environ.get(name, "").strip() or default
    if not re.fullmatch("[0-9]{1,9}", written) or int(written) > most:
        raise UsageError(refusal, name=name, value=written[:40], most=most)
    return int(written)


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can enter; one that exists is left as it is."""
    if not path.is_dir():
        path.mkdir(parents=True, mode=0o700)
        path.chmod(0o700)
    return path


def close_folders() -> None:
    """Close to others what earlier versions, or commands under another mask, left open to them."""
    for name in FOLDERS:
        folder = home() / name
        if os.name == "posix" and folder.is_dir() and not folder.is_symlink():
            about = folder.stat()
            if about.st_uid == os.getuid() and about.st_mode & 0o077:
                folder.chmod(about.st_mode & 0o700)


def now() -> datetime:
    """What stamps say: the moment in UTC, to the second, or that of ``SOURCE_DATE_EPOCH``.

    Raises
    ------
    features.stamps.NotAMoment
    """
    return stamps.now()


def stamp() -> str:
    """:func:`now` as text, ``2026-01-31T08:00:00Z``."""
    return now().strftime(STAMP)


def today() -> date:
    """The civil date in Zhejiang (UTC+8, without summer time since 1991).

    It follows the clock alone: ``SOURCE_DATE_EPOCH`` moves stamps, not the day that counts.
    """
    return (datetime.now(UTC) + timedelta(hours=8)).date()
