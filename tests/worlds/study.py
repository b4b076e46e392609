"""How the model fares on all worlds: ``python -m tests.worlds.study --out FILE.json``.

Prints a table of kind × size of history; each line the told ceiling, the rule, the model and the
common rankers. ``--ablate`` leaves each term of the model out, and takes each alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from features.text import TextEncoder, default_encoder
from tests.worlds.learners import (
    GROUPS,
    LEARNERS,
    Setting,
    model,
    whole_history,
    with_less,
    without_group,
)
from tests.worlds.making import KINDS, make
from tests.worlds.scoring import judged
from tests.worlds.tabulating import markdown

#: Terms of the model that are no pair features, by the parameter that leaves them out.
TERMS = {name: {name: False} for name in ("effects", "learned_meaning", "curves", "interacting")}

Row = dict[str, Any]


def main(arguments: list[str] | None = None, encoder: TextEncoder | None = None) -> None:
    """Run the study that the arguments ask for, by default with the product's own encoder."""
    asked = _parsed(arguments)
    rows = []
    for row in studied(asked, encoder or default_encoder(asked.cache)):
        rows.append(row)
        print(f"{row['seconds']:7.1f} s  {_brief(row)}", file=sys.stderr, flush=True)
        if asked.out:  # after each line: a long study may be stopped
            asked.out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    report = markdown(rows)
    print(report)
    if asked.markdown:
        asked.markdown.write_text(report + "\n", encoding="utf-8")


def studied(asked: argparse.Namespace, encoder: TextEncoder) -> Iterator[Row]:
    """A row for each world, size, subsample and learner."""
    for kind in asked.kinds:
        for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
            world = make(
                kind, seed, enterprises=asked.enterprises, resources=asked.resources,
                introductions=asked.introductions,
            )  # fmt: skip
            full = whole_history(world, encoder)
            for size, draw in _draws(asked, len(full.history)):
                setting = with_less(full, size, draw)
                names = {"kind": kind, "seed": seed, "size": size, "draw": draw}
                names["whole"] = size >= len(full.history)
                for learner, answer in _answers(asked, setting):
                    started = time.perf_counter()
                    figures = judged(answer(), setting)
                    took = time.perf_counter() - started
                    yield {**names, "learner": learner, "seconds": round(took, 1), **figures}


def _draws(asked: argparse.Namespace, whole: int) -> Iterator[tuple[int, int]]:
    for size in asked.sizes:
        count = whole if size == "all" else min(int(size), whole)
        once = count in (0, whole)
        yield from ((count, draw) for draw in range(1 if once else asked.subsamples))


def _answers(asked: argparse.Namespace, setting: Setting) -> Iterator[tuple[str, Any]]:
    if not asked.ablate:
        for name in asked.learners:
            yield name, lambda name=name: LEARNERS[name](setting)
        return
    off = {key: value for term in TERMS.values() for key, value in term.items()}
    yield "model", lambda: model(setting)
    for term, left_out in TERMS.items():
        yield f"without {term}", lambda left_out=left_out: model(setting, **left_out)
        alone = {k: v for k, v in off.items() if k not in left_out}
        yield f"features and {term}", lambda alone=alone: model(setting, **alone)
    yield "features only", lambda: model(setting, **off)
    for group in GROUPS:
        less = without_group(setting, group)
        yield f"without {group}", lambda less=less: model(less)
        only = without_group(setting, group, alone=True)
        if only.market.features:
            yield f"only {group}", lambda only=only: model(only, **off)


def _brief(row: Row) -> str:
    figures = " ".join(
        f"{k} {row[k]:.3f}" for k in ("ndcg", "signed_met", "completed_met", "coverage") if k in row
    )
    return f"{row['kind']}/{row['seed']} {row['size']:>5} {row['learner']:<12} {figures}"


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", default=["0", "50", "200", "600", "2000", "all"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--subsamples", type=int, default=1)
    parser.add_argument("--learners", nargs="+", choices=list(LEARNERS), default=list(LEARNERS))
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--enterprises", type=int, default=800)
    parser.add_argument("--resources", type=int, default=250)
    parser.add_argument("--introductions", type=int, default=4000)
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "worlds-texts.sqlite")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--markdown", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
