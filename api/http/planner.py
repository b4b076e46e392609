"""The planner's questions: other terms of a place, the best allocation, where newcomers go."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.routing import PLANNERS, STAFF, Routes, Signed, StoreOf
from api.usecases import table_rows

ROUTES = Routes("planner")

_SECONDS = 30.0


class Terms(BaseModel):
    """Other terms of a place, values as in an import."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"resource_id": "R-0001", "set": {"land_price_wan_per_mu": "8"}}
        },
    )
    resource_id: str = Field(max_length=64)
    set: dict[str, str | int | float] = Field(max_length=20)
    as_of: date | None = None


@ROUTES.post("/whatif", roles=STAFF)
def whatif(asked: Terms, store: StoreOf, account: Signed) -> dict[str, Any]:
    """What other terms of a place would change: signings, ranks, and from whom they come."""
    from api.usecases import whatif as usecase

    table_rows.one(store, account, "resources", asked.resource_id)
    terms = [f"{name}={value}" for name, value in asked.set.items()]
    found = usecase.run(store, asked.resource_id, terms, as_of=asked.as_of)
    usecase.hand_out(store, found, account.name)
    return found.as_dict()


class Allocating(BaseModel):
    """What is to be the largest."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"value": "projects"}})
    value: Literal["investment", "projects", "jobs", "score"] = "investment"
    pairing: str | None = Field(None, max_length=64)
    as_of: date | None = None
    time_limit: float = Field(10.0, gt=0, le=_SECONDS)


@ROUTES.post("/allocations", roles=PLANNERS)
def allocate(asked: Allocating, store: StoreOf, account: Signed) -> dict[str, Any]:
    """The best joint allocation under all capacities, with its bound and what is scarce."""
    from api.usecases import allocate as usecase

    found = usecase.run(
        store, value=asked.value, as_of=asked.as_of, pairing=asked.pairing,
        time_limit=asked.time_limit, by=account.name,
    )  # fmt: skip
    return found.as_dict()


class Arrival(BaseModel):
    """An enterprise, and the week of the year in which it comes."""

    model_config = ConfigDict(extra="forbid")
    enterprise_id: str = Field(min_length=1, max_length=64)
    week: int = Field(ge=1, le=53)


class Placing(BaseModel):
    """Who comes when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"arrivals": [{"enterprise_id": "E-0001", "week": 12}]}},
    )
    arrivals: list[Arrival] = Field(min_length=1, max_length=5000)
    pairing: str | None = Field(None, max_length=64)
    as_of: date | None = None


@ROUTES.post("/placements", roles=PLANNERS)
def place(asked: Placing, store: StoreOf) -> dict[str, Any]:
    """Where newcomers should go, week by week, with the price of every scarce thing."""
    from api.usecases import placing_store as usecase

    with TemporaryDirectory(prefix="shanhai-arrivals-") as folder:
        file = Path(folder) / "arrivals.csv"
        with file.open("w", encoding="utf-8", newline="") as written:
            rows = csv.writer(written)
            rows.writerow(["enterprise_id", "week"])
            rows.writerows([each.enterprise_id, each.week] for each in asked.arrivals)
        return usecase.run(store, file, as_of=asked.as_of, pairing=asked.pairing).as_dict()
