"""A match list written out beforehand: its JSON with two gaps, and its line for the log of lists.

What a list says hangs on the rows and on the model. Who asks, and when, stand in one place each;
they are filled in when it is handed out, and the bytes are those of a list made then.
"""

from __future__ import annotations

import json
import secrets
import zlib
from dataclasses import dataclass
from typing import Any

from api import reports, settings
from api.reports import Provenance
from api.store.log import ListLog
from api.usecases import match
from matcher.match_list import MatchList

AS_USUAL: dict[str, Any] = {
    "as_of": None, "pairing": None, "top": 20, "congestion": False, "cross_pair": "allow",
    "programme": None, "kind": None, "hide_known": False,
}  # fmt: skip
"""What a list is asked for with where nothing is said but whose it is: only these are written."""

_BETWEEN = b"\0"
"""Stands in no JSON."""


@dataclass(frozen=True)
class WrittenList:
    """One list, but for who asks and when.

    Attributes
    ----------
    parts : tuple of three bytes
        Its JSON before, between and after the moment and the name.
    log : bytes
        JSON of query, filters, model, day and rows as the log of lists keeps them.
    read_at : str
        When the rows were read that the figures rest on.
    """

    parts: tuple[bytes, bytes, bytes]
    log: bytes
    read_at: str = ""

    @classmethod
    def of(cls, answer: MatchList) -> WrittenList:
        """A list that was made."""
        when, who = secrets.token_hex(16), secrets.token_hex(16)
        content = reports.match_file(answer, "json", Provenance(when, who), "zh")
        before, _, rest = content.partition(_said(when))
        between, _, after = rest.partition(_said(who))
        cells = match.log_of(answer, "").cells() | {"as_of": answer.as_of.isoformat()}
        kept = [cells[name] for name in ("query", "filters", "model_id", "as_of", "rows")]
        return cls((before, between, after), _said(kept), answer.read_at)

    def packed(self) -> bytes:
        """All of it but ``read_at``, in few bytes."""
        return zlib.compress(_BETWEEN.join((*self.parts, self.log)))

    @classmethod
    def unpacked(cls, packed: bytes | memoryview, read_at: str) -> WrittenList:
        """The list of :meth:`packed`."""
        before, between, after, log = zlib.decompress(packed).split(_BETWEEN)
        return cls((before, between, after), log, read_at)

    def content(self, made: Provenance) -> bytes:
        """The JSON document."""
        before, between, after = self.parts
        return before + _said(made.generated_at) + between + _said(made.made_by) + after

    def entry(self, by: str) -> ListLog:
        """Its line for the log of lists, handed out now."""
        key, at = secrets.token_hex(8), settings.stamp()
        return ListLog.from_cells([key, at, by, *json.loads(self.log)])


def _said(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
