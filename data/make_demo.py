"""Make the demonstration data: ``python -m data.make_demo --seed 2006 --out data/demo``.

All of it is made up, and says so. The same seed gives the same bytes under any locale, time
zone, hash seed and NumPy version. What each part is like stands in ``demo_enterprises``,
``demo_resources``, ``demo_truth`` (the hidden truth that drives success) and ``demo_history``.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

import data
from data import demo_care, demo_enterprises, demo_history, demo_register, demo_resources
from data.demo_dice import Dice
from data.demo_enterprises import Enterprise
from data.demo_resources import Resource
from data.demo_truth import Truth, probability
from data.demo_world import World

SEED = 2006
INTEREST_COLUMNS = ("side", "id", "target", "level", "reason", "event_id", "until")
LANGUAGES = ("zh", "en")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the demonstration folder, and the truth where it is asked for."""
    parser = argparse.ArgumentParser(description="编造演示数据 / make the demonstration data")
    parser.add_argument("--seed", type=int, default=SEED, help="种子 / seed (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="文件夹 / folder to write to")
    parser.add_argument("--truth", type=Path, help="真值写到此文件 / write the hidden truth here")
    asked = parser.parse_args(arguments)
    made = Demo(asked.seed)
    made.write(asked.out)
    _say("written", folder=asked.out, **made.figures())
    if asked.truth:
        made.write_truth(asked.truth)
        _say("truth_written", file=asked.truth)


class Demo:
    """The made-up world of one seed.

    Attributes
    ----------
    enterprises : list of Enterprise
    resources : list of Resource
    outcomes, interests, projects, funds : list of dict
        Rows as written to the CSV files.
    care : mapping
        Columns and rows of ``parks``, ``problems``, ``visits`` and ``actuals``.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        world = World()
        self.truth = Truth(world, seed)
        self.enterprises = demo_enterprises.enterprises(world, seed)
        self.resources = demo_resources.resources(world, seed)
        self.outcomes, self.levels = demo_history.history(
            self.truth, self.enterprises, self.resources, seed
        )
        self.interests = _interests(self, Dice(seed, "interests"))
        self.projects, self.funds = demo_register.register(
            self.outcomes,
            {e.id: e for e in self.enterprises},
            {r.id: r for r in self.resources},
            seed,
        )
        self.care = demo_care.by_name(world, self.resources, self.projects, seed)

    def files(self) -> dict[str, bytes]:
        """Content of each file of the folder, by name."""
        tables: dict[str, tuple[Sequence[str], Sequence[Mapping[str, str]]]] = {
            "enterprises": (demo_enterprises.COLUMNS, [e.row for e in self.enterprises]),
            "resources": (demo_resources.COLUMNS, [r.row for r in self.resources]),
            "outcomes": (demo_history.COLUMNS, self.outcomes),
            "interests": (INTEREST_COLUMNS, self.interests),
            "projects": (demo_register.COLUMNS, self.projects),
            "funds": (demo_register.FUND_COLUMNS, self.funds),
            **self.care,
        }
        files = {f"{name}.csv": _csv(*table) for name, table in tables.items()}
        files["about.toml"] = (
            "# 全部为编造数据，见 README.md / all of it made up, see README.md\n"
            f"made_up = true\nseed = {self.seed}\nas_of = {demo_history.LAST.isoformat()}\n"
        ).encode()
        readme = [_message("readme", lang).format(**self.figures()).strip() for lang in LANGUAGES]
        files["README.md"] = ("\n\n".join(readme) + "\n").encode()
        return files

    def write(self, folder: Path) -> None:
        """Write all files into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (folder / name).write_bytes(content)

    def figures(self) -> dict[str, object]:
        """What the README says of the data."""
        kinds = [e.kind for e in self.enterprises]
        best = self._furthest()
        signed = [row for row in best.values() if row["amount_wan"]]
        agreed = math.fsum(float(row["amount_wan"]) for row in signed)
        there = math.fsum(float(row["funded_wan"]) for row in signed)
        by_id = {e.id: e for e in self.enterprises}, {r.id: r for r in self.resources}
        paired = [self.truth.paired(by_id[0][e], by_id[1][r]) for e, r in best]

        def share(*stages: str) -> str:
            return f"{sum(row['stage'] in stages for row in signed) / len(signed):.0%}"

        big = [
            float(row["amount_wan"])
            for (_, r), row in best.items()
            if row["amount_wan"] and demo_history.is_industry(by_id[1][r])
        ]
        industry = math.fsum(big) / len(big)
        idle = [row for row in signed if row["stage"] == "signed" and row["funded_wan"] == "0"]
        return {
            "seed": self.seed, "enterprises": len(kinds), "resources": len(self.resources),
            "outcomes": len(self.outcomes), "interests": len(self.interests),
            "companies": kinds.count("company"), "institutions": kinds.count("institution"),
            "merchants": kinds.count("merchant"), "introductions": len(best),
            "kinds": len({r.kind for r in self.resources}),
            "first": demo_history.FIRST, "last": demo_history.LAST,
            "in_pair": f"{sum(paired) / len(paired):.0%}",
            "any_share": f"{1 - len(idle) / len(signed):.0%}",
            "started_share": share("started", "funded", "completed"),
            "funded_share": share("funded", "completed"), "completed_share": share("completed"),
            "money_share": f"{there / agreed:.0%}", "signed": len(signed),
            "agreed_yi": f"{agreed / 1e4:.0f}", "agreed_bn": f"{agreed / 1e5:.1f}",
            "mean_wan": f"{industry:.0f}", "mean_m": f"{industry / 100:.0f}",
            **self._register_figures(),
        }  # fmt: skip

    def _register_figures(self) -> dict[str, object]:
        agreed = math.fsum(float(p["agreed_wan"]) for p in self.projects)
        invested = [f for f in self.funds if f["kind"] == "investment"]
        there = math.fsum(float(f["amount_wan"]) for f in invested)
        paid = {f["project_id"] for f in self.funds}
        n = len(self.projects)

        def share(kept: Callable[[Mapping[str, str]], object]) -> str:
            return f"{sum(bool(kept(p)) for p in self.projects) / n:.0%}"

        return {
            "projects": n, "funds": len(self.funds),
            "register_yi": f"{agreed / 1e4:.1f}", "register_bn": f"{agreed / 1e5:.1f}",
            "named": sum(p["resource_id"] != "" for p in self.projects),
            "fulfilment": share(lambda p: p["started_on"] or p["id"] in paid),
            "starts": share(lambda p: p["started_on"]),
            "production": share(lambda p: p.get("production_on")),
            "in_place": f"{there / agreed:.0%}",
            **{name: len(rows) for name, (_, rows) in self.care.items()},
        }  # fmt: skip

    def _furthest(self) -> dict[tuple[str, str], dict[str, str]]:
        """The row of the furthest stage of each introduction."""
        best: dict[tuple[str, str], dict[str, str]] = {}
        for row in self.outcomes:
            key = row["enterprise_id"], row["resource_id"]
            known = {"amount_wan": "", "funded_wan": "", **row}
            if key not in best or known["amount_wan"]:
                best[key] = known
        return best

    def write_truth(self, file: Path) -> None:
        """Write the chances of every pair that is introduced, as arrays (e, r).

        ``p_signed`` … ``p_completed`` are P(stage is ever reached | introduced); ``stages`` is
        their sum, the expected number of stages passed.
        """
        shape = len(self.enterprises), len(self.resources)
        reached = np.empty((4, *shape), np.float32)
        for i, e in enumerate(self.enterprises):
            for j, r in enumerate(self.resources):
                reached[:, i, j] = self.chances(e, r)
        np.savez_compressed(
            file,
            enterprise_ids=np.array([e.id for e in self.enterprises]),
            resource_ids=np.array([r.id for r in self.resources]),
            stages=reached.sum(axis=0),
            p_signed=reached[0], p_started=reached[1], p_funded=reached[2], p_completed=reached[3],
        )  # fmt: skip

    def chances(self, e: Enterprise, r: Resource) -> list[float]:
        """P(signed), P(started), P(funded), P(completed), given an introduction."""
        terms = self.truth.terms(e, r)
        odds = (terms.signed, terms.started, terms.funded, terms.completed)
        each = [probability(x + level) for x, level in zip(odds, self.levels, strict=True)]
        return [math.prod(each[: n + 1]) for n in range(4)]


def _interests(made: Demo, dice: Dice) -> list[dict[str, str]]:
    """A few dozen declared interests and refusals, likelier where a pair truly fits."""
    met = {(row["enterprise_id"], row["resource_id"]) for row in made.outcomes}
    rows: dict[tuple[str, str], dict[str, str]] = {}

    def add(side: str, own: str, target: str, level: str, reason: str) -> None:
        until = "2010-12-31" if dice.chance(0.4) else ""
        rows.setdefault(
            (own, target),
            {"side": side, "id": own, "target": target, "level": level,
             "reason": reason if dice.chance(0.6) else "", "until": until},
        )  # fmt: skip

    while len(rows) < 30:
        e, r = dice.pick(made.enterprises), dice.pick(made.resources)
        if (e.id, r.id) in met:
            continue
        signed = made.chances(e, r)[0]
        if signed > 0.3:
            level = "must" if dice.chance(0.3) else "yes"
            add("enterprise", e.id, r.id, level, "已实地考察，有意洽谈")
            if dice.chance(0.4):
                add("resource", r.id, e.id, "yes", "符合本地产业方向")
        elif signed < 0.01 and dice.chance(0.1):
            add("resource", r.id, e.id, "no", "与本地规划不符")
    for e in dice.some(made.enterprises[: demo_enterprises.COMPANIES], 6):
        kind = dice.pick(("mineral", "port", "energy"))
        add("enterprise", e.id, kind, "no", "不考虑此类项目")
    for r in dice.some(made.resources, 5):
        near = sorted(made.enterprises, key=lambda e: (-made.chances(e, r)[0], e.id))
        add("region", dice.pick(r.place.spellings), near[0].id, "yes", "县里列为重点引进对象")
    return sorted(rows.values(), key=lambda row: (row["side"], row["id"], row["target"]))


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _message(code: str, language: str) -> str:
    file = data.folder("messages").joinpath("demo.toml")
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["demo"][code][language])


def _say(code: str, **values: object) -> None:
    for language in LANGUAGES:
        print(_message(code, language).format(**values))


if __name__ == "__main__":
    main()
