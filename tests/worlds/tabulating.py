"""The figures of a study as tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]

#: Beside NDCG: what the model's probabilities are worth.
FIGURES = ("signed_met", "completed_met", "signed_any", "completed_any", "coverage")


def markdown(rows: Sequence[Row]) -> str:
    """Tables: NDCG@10, differences to rule and LightGBM, calibration."""
    parts = ["NDCG@10 against the truth, mean over seeds and subsamples.", _ndcg(rows)]
    against = [one for one in ("rule", "lightgbm") if any(r["learner"] == one for r in rows)]
    if against and any(r["learner"] == "model" for r in rows):
        parts += ["Model less other, the same history: mean [95 % interval] and worst.",
                  _differences(rows, against)]  # fmt: skip
    if any("coverage" in r for r in rows if r["learner"] == "model"):
        parts += [
            "Model: calibration error of P(signed), P(completed) on pairs met as usual and on any "
            "pairs within limits; share of true P(signed) within the 80 % interval.",
            _calibration(rows),
        ]
    return "\n\n".join(parts)


def _ndcg(rows: Sequence[Row]) -> str:
    learners = list(dict.fromkeys(r["learner"] for r in rows))
    lines = _head(["world", "history", *learners])
    for kind, size in _cells(rows):
        means = [
            _mean(r.get("ndcg") for r in rows if _is(r, kind, size) and r["learner"] == learner)
            for learner in learners
        ]
        lines.append(_line([kind, size, *means]))
    for size in dict.fromkeys(_size(r) for r in rows):
        means = [
            _mean(r.get("ndcg") for r in rows if _size(r) == size and r["learner"] == learner)
            for learner in learners
        ]
        lines.append(_line(["**all**", size, *means]))
    return "\n".join(lines)


def _differences(rows: Sequence[Row], others: Sequence[str]) -> str:
    lines = _head(["world", "history", *(f"less {o}" for o in others)])
    run: Callable[[Row], tuple[Any, ...]] = lambda r: (r["seed"], r["draw"])  # noqa: E731
    for kind, size in _cells(rows):
        here = [r for r in rows if _is(r, kind, size) and "ndcg" in r]
        mine = {run(r): r["ndcg"] for r in here if r["learner"] == "model"}
        cells = []
        for other in others:
            theirs = {run(r): r["ndcg"] for r in here if r["learner"] == other}
            gaps = np.array([mine[k] - theirs[k] for k in mine if k in theirs])
            cells.append(_interval(gaps))
        lines.append(_line([kind, size, *cells]))
    return "\n".join(lines)


def _interval(gaps: np.ndarray) -> str:
    if not len(gaps):
        return "–"
    if len(gaps) < 3:
        return f"{gaps.mean():+.3f}, worst {gaps.min():+.3f}"
    from scipy.stats import t

    reach = t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / math.sqrt(len(gaps))
    low, high = gaps.mean() - reach, gaps.mean() + reach
    return f"{gaps.mean():+.3f} [{low:+.3f}, {high:+.3f}], worst {gaps.min():+.3f}"


def _calibration(rows: Sequence[Row]) -> str:
    lines = _head(["world", "history", *FIGURES])
    for kind, size in _cells(rows):
        here = [r for r in rows if _is(r, kind, size) and r["learner"] == "model"]
        lines.append(_line([kind, size, *(_mean(r.get(f) for r in here) for f in FIGURES)]))
    return "\n".join(lines)


def _size(row: Row) -> str:
    return "all" if row["whole"] else str(row["size"])


def _cells(rows: Sequence[Row]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((r["kind"], _size(r)) for r in sorted(rows, key=lambda r: r["kind"])))


def _is(row: Row, kind: str, size: str) -> bool:
    return bool(row["kind"] == kind and _size(row) == size)


def _mean(values: Any) -> str:
    given = [v for v in values if v is not None]
    return f"{sum(given) / len(given):.3f}" if given else "–"


def _head(names: Sequence[str]) -> list[str]:
    return [_line(names), _line(["---"] * len(names))]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
