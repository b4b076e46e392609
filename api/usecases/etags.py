"""Which state of a thing a change is made to (RFC 9110, 8.8.3 and 13.1.1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from api.usecases.row_errors import ConditionMissing, Stale


def etag_of(shown: Mapping[str, object]) -> str:
    """The tag of what a caller sees; what he does not see has no part in it.

    Made while a change can still be taken back, so what no answer could hold stops it here.

    Raises
    ------
    ValueError
        If there is no JSON of it.
    """
    said = json.dumps(shown, ensure_ascii=False, sort_keys=True, allow_nan=False).encode()
    return f'"{hashlib.sha256(said).hexdigest()[:32]}"'


def check(if_match: str | None, etag: str, *, needed: bool = True) -> None:
    """Refuse a change to another state than the one that was read.

    Raises
    ------
    ConditionMissing
        If it does not say to which, and must.
    Stale
    """
    if if_match is None:
        if needed:
            raise ConditionMissing("http.condition_missing")
        return
    tags = [tag.strip() for tag in if_match.split(",")]
    if "*" not in tags and etag not in tags:
        raise Stale("http.stale")
