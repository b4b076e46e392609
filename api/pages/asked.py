"""What a list is narrowed to, as it stands in the address of its page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Request

from api.errors import UsageError
from features.schema import ENTERPRISE_KINDS, RESOURCE_KINDS

NAMES = ("top", "kind", "cross_pair", "hide_known", "sort")
"""What :func:`asked_of` reads."""
TOPS = (10, 20, 50, 100)
CROSS = ("allow", "only", "forbid")
SORTS = ("rank", "region", "paired")


@dataclass(frozen=True)
class Asked:
    """The filters of a page; each has the value it has where the address does not say."""

    top: int = 20
    kind: str = ""
    cross_pair: str = "allow"
    hide_known: bool = False
    sort: str = "rank"

    def filters(self, query: Literal["enterprise", "resource"]) -> dict[str, Any]:
        """The same for :func:`api.usecases.match.run`; ``query`` is the side that asks.

        Raises
        ------
        UsageError
            If a kind is none of the candidates'.
        """
        kinds = RESOURCE_KINDS if query == "enterprise" else ENTERPRISE_KINDS
        if self.kind and self.kind not in kinds:
            raise UsageError("pages.error.bad_value", place="kind")
        return {
            "top": self.top, "kind": self.kind or None, "cross_pair": self.cross_pair,
            "hide_known": self.hide_known,
        }  # fmt: skip

    @property
    def said(self) -> dict[str, str]:
        """What stands in an address: what is as it is anyway is left out."""
        plain, chosen = asdict(Asked()), asdict(self)
        return {
            name: "1" if value is True else str(value)
            for name, value in chosen.items() if value != plain[name]
        }  # fmt: skip

    def address(self, path: str, **more: str) -> str:
        """The address of a page with these filters."""
        query = self.said | more
        return f"{path}?{urlencode(query)}" if query else path


def asked_of(request: Request) -> Asked:
    """The filters that the address of a request holds.

    Raises
    ------
    UsageError
        At a value that no filter has.
    """
    query = request.query_params
    top, cross, sort = (query.get(n, d) for n, d in
                        (("top", "20"), ("cross_pair", "allow"), ("sort", "rank")))  # fmt: skip
    for name, value, known in (
        ("top", top, map(str, TOPS)), ("cross_pair", cross, CROSS), ("sort", sort, SORTS)
    ):  # fmt: skip
        if value not in known:
            raise UsageError("pages.error.bad_value", place=name)
    return Asked(
        int(top), query.get("kind", ""), cross, query.get("hide_known") == "1", sort
    )  # fmt: skip
