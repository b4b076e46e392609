"""Assignment instances: made ones of three resources and seats, and published ones from files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.allocate import Problem


@dataclass(frozen=True)
class Published:
    """A published instance: costs to be small (``sense`` min) are values ``big - cost`` here."""

    problem: Problem
    sense: str
    best: float
    big: float

    def own(self, value: float) -> float:
        """A value in the instance's own terms."""
        return value if self.sense == "max" else self.big * self.problem.enterprises - value

    def gap(self, value: float) -> float:
        """How far from the best known, as a share of it."""
        return abs(self.own(value) - self.best) / self.best


def made(enterprises: int, resources: int, seed: int) -> Problem:
    """Enterprises of unlike size, places of unlike worth; about four fifths of the need fits."""
    g = np.random.default_rng(seed)
    size, level = g.lognormal(0, 0.5, enterprises), g.lognormal(0, 0.3, resources)
    taste = g.lognormal(0, 0.4, (enterprises, resources))
    value = np.round(size[:, None] * level * taste * 100, 2)
    need = np.ceil(size[:, None] * g.lognormal(0, 0.5, (enterprises, 3)) * 20)
    share = g.dirichlet(np.full(resources, 4.0))[:, None]
    room = np.floor(need.sum(axis=0) / 1.25 * share * g.lognormal(0, 0.2, (resources, 3)))
    seats = np.maximum(1, np.floor(enterprises / 1.25 * share * 1.1))
    e, r = np.divmod(np.arange(enterprises * resources), resources)
    return Problem(
        enterprises, resources, e, r, value.ravel(),
        np.column_stack([need[e], np.ones(len(e))]), np.column_stack([room, seats]),
    )  # fmt: skip


def published(folder: Path) -> dict[str, Published]:
    """The instances of a folder: one text file each, and ``known.csv``."""
    with (folder / "known.csv").open(encoding="utf-8") as file:
        known = list(csv.DictReader(file))
    return {row["instance"]: _published(folder, row) for row in known}


def _published(folder: Path, row: dict[str, str]) -> Published:
    words = (folder / f"{row['instance']}.txt").read_text(encoding="ascii").split()
    m, n = int(words[0]), int(words[1])
    figures = np.array(words[2:], np.float64)
    cost, use = figures[: m * n].reshape(m, n), figures[m * n : 2 * m * n].reshape(m, n)
    big = float(row["big"] or 0)
    value = cost if row["sense"] == "max" else big - cost
    e, r = np.divmod(np.arange(m * n), m)
    problem = Problem(
        n, m, e, r, value.T.ravel().copy(), use.T.reshape(-1, 1).copy(),
        figures[2 * m * n : 2 * m * n + m, None],
    )  # fmt: skip
    return Published(problem, row["sense"], float(row["best_value"]), big)
