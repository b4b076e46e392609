"""Words of made-up worlds: real trades that the product's chain table lacks, and invented ones."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import data
from features.industries import Industries

#: Characters that invented words are put together from: rare together, each a real character.
STEMS = "岚砼骊泖炻琅翎蕤镝岫铄漪筠烁皓澜崮硒芷旻鸢钰沚楠珩穹稷屿"
ENDS = ("件", "坯", "片", "芯", "绒", "器", "粉", "条", "箔", "膜", "胶", "料")


@dataclass(frozen=True)
class MadeLink:
    """A link of a chain of the world: a true code, and words of which a text says some."""

    chain: int
    step: int
    code: str
    words: tuple[str, ...]


@cache
def vocabulary() -> dict[str, Any]:
    """The word lists of ``vocabulary.toml``."""
    return tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))


@cache
def classes() -> tuple[str, ...]:
    """All four-digit classes of GB/T 4754 within manufacturing, and farming."""
    return tuple(c for c in Industries.built_in().codes if len(c) == 4 and c[:2] <= "41")


def invented(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    """Words that nobody has seen before."""
    stems = rng.choice(list(STEMS), size=(count, 2))
    ends = rng.choice(ENDS, size=count)
    return tuple(f"{a}{b}{end}" for (a, b), end in zip(stems.tolist(), ends.tolist(), strict=True))


@cache
def _known_words() -> frozenset[str]:
    return frozenset(w for row in data.rows("chains") for w in row["words_zh"].split(";") if w)


def foreign(word: str) -> bool:
    """Whether the product's chain table has neither the word nor a part or whole of it."""
    return not any(word in known or known in word for known in _known_words())


def table_chains() -> list[list[tuple[str, tuple[str, ...]]]]:
    """Chains of the product's table with three steps or more: code and words of each link."""
    chains: dict[str, dict[int, tuple[str, tuple[str, ...]]]] = {}
    for row in data.rows("chains"):
        words = tuple(w for w in row["words_zh"].split(";") if w)
        code = row["codes"].split(";")[0]
        chains.setdefault(row["chain"], {}).setdefault(int(row["step"]), (code, words))
    return [[c[s] for s in sorted(c)] for _, c in sorted(chains.items()) if len(c) >= 3]


def own_chains(rng: np.random.Generator) -> list[list[tuple[str, tuple[str, ...]]]]:
    """Real chains that the table lacks; words that it has are replaced by invented ones."""
    found = []
    for _, links in sorted(vocabulary()["chains"].items()):
        chain = []
        for code, *words in links:
            kept = [w for w in words if foreign(w)]
            chain.append((str(code), (*kept, *invented(rng, 4 - len(kept)))))
        found.append(chain)
    return found


def invented_chain(rng: np.random.Generator) -> list[tuple[str, tuple[str, ...]]]:
    """A chain that exists nowhere: three to five links with codes from anywhere."""
    length = int(rng.integers(3, 6))
    codes = rng.choice(classes(), size=length, replace=False)
    return [(str(c), invented(rng, 4)) for c in codes]


def known_links(rng: np.random.Generator, chains: int) -> list[MadeLink]:
    """Links of a world's chains, all of them from the product's table."""
    known = table_chains()
    return _links([known[i] for i in rng.choice(len(known), size=chains, replace=False)])


def made_links(rng: np.random.Generator, chains: int) -> list[MadeLink]:
    """Links of a world's chains: half from the product's table, a quarter real, a quarter invented.

    Parameters
    ----------
    chains : int
        At least 4.
    """
    known, real = table_chains(), own_chains(rng)
    from_table = rng.choice(len(known), size=chains // 2, replace=False)
    from_life = rng.choice(len(real), size=min(len(real), chains // 4), replace=False)
    drawn = [known[i] for i in from_table] + [real[i] for i in from_life]
    drawn += [invented_chain(rng) for _ in range(chains - len(drawn))]
    return _links(drawn)


def _links(chains: list[list[tuple[str, tuple[str, ...]]]]) -> list[MadeLink]:
    return [
        MadeLink(number, step, code, words)
        for number, chain in enumerate(chains)
        for step, (code, words) in enumerate(chain)
    ]
