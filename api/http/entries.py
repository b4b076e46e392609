"""What a team says without the form of a whole row: an outcome, a wish or refusal."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.days import Day
from api.http.routing import PLAIN, Routes, Signed, StoreOf
from api.http.table_routes import writers
from api.usecases import declaring, recording
from features.schema import ENDINGS, STAGES

ROUTES = Routes("entries")

Stage = Literal[STAGES + ENDINGS]  # type: ignore[valid-type]


class Record(BaseModel):
    """What came of an introduction; the two by ids, or by names that only one row bears."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "enterprise": "E-0001", "resource": "R-0001", "stage": "signed",
                "date": "2008-03-01", "amount_wan": 1200,
            }
        },
    )  # fmt: skip
    enterprise: str = Field(min_length=1, max_length=200)
    resource: str = Field(min_length=1, max_length=200)
    stage: Stage  # type: ignore[valid-type]
    on: Day | None = Field(None, alias="date", description="default: today")
    amount_wan: float | None = Field(None, ge=0, le=1e12, allow_inf_nan=False, strict=True)


@ROUTES.post("/records", roles=writers("outcomes"))
def record(asked: Record, store: StoreOf, account: Signed) -> dict[str, Any]:
    """Record an outcome; of one already recorded for that day, what is given is replaced."""
    stored = recording.run(
        store, asked.enterprise, asked.resource, asked.stage, on=asked.on,
        amount_wan=asked.amount_wan, by=account,
    )  # fmt: skip
    return stored.as_dict()


class Declaration(BaseModel):
    """What a side says of a row, a region or a kind of the other side."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "side": "enterprise", "id": "E-0001", "target": "R-0001", "level": "yes",
                "reason": "离原料近",
            }
        },
    )  # fmt: skip
    side: Literal["enterprise", "resource", "region"]
    id: str = Field(min_length=1, max_length=200)
    target: str = Field(min_length=1, max_length=200)
    level: Literal["must", "yes", "no"]
    reason: str | None = Field(None, max_length=4000, pattern=PLAIN)
    until: Day | None = None
    event: str | None = Field(None, max_length=64)


@ROUTES.post("/declarations", roles=writers("interests"))
def declare(asked: Declaration, store: StoreOf, account: Signed) -> dict[str, Any]:
    """Declare a wish or a refusal: an enterprise for itself, a county for what is its own."""
    stored = declaring.for_account(
        store, account, asked.side, asked.id, asked.target, asked.level,
        reason=asked.reason, until=asked.until, event=asked.event,
    )  # fmt: skip
    return stored.as_dict()
