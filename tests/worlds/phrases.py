"""Descriptions of made-up worlds: a few words of a trade in a few ways of saying."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.tables import Value

E_SAYINGS = (
    "主营{0}。", "主营{0}，{1}。", "公司从事{0}的生产与销售，兼营{1}。", "专业生产{0}，产品外销。",
    "以{0}和{1}为主要产品。",
)  # fmt: skip
R_SAYINGS = (
    "现有{0}，寻求合作。", "现有{0}，{1}，寻求合作。", "本地{0}已成规模，欢迎对接。",
    "{0}资源丰富，{1}条件成熟。", "愿与{0}相关企业合作。",
)  # fmt: skip
E_SAYINGS_EN = ("Maker of {0}.", "{0} and {1} for export.", "Our business is {0}.")
R_SAYINGS_EN = ("We offer {0}, {1}.", "{0} available for partners.", "Local {0}, looking for {1}.")


def described(
    rng: np.random.Generator,
    words: Sequence[Sequence[str]],
    sayings: Sequence[str],
    *,
    silent: float = 0.1,
    strange: float = 0.2,
) -> list[Value]:
    """Descriptions, each of words of its own row.

    Parameters
    ----------
    words : sequence of n sequences of str
        What each row may say.
    silent : float
        Share of rows that say nothing.
    strange : float
        Share of rows whose second word is another row's.
    """
    n = len(words)
    quiet, odd = rng.random(n) < silent, rng.random(n) < strange
    saying = rng.integers(0, len(sayings), n).tolist()
    other = rng.integers(0, n, n).tolist()
    draws = rng.random((n, 3))
    out: list[Value] = []
    for i, own in enumerate(words):
        if quiet[i] or not own:
            out.append(None)
            continue
        a = int(draws[i, 0] * len(own))
        second = words[other[i]] if odd[i] and words[other[i]] else own
        b = int(draws[i, 1] * len(second))
        if second is own and b == a:
            b = (a + 1) % len(own)
        out.append(sayings[saying[i]].format(own[a], second[b]))
    return out


def noisy_codes(
    rng: np.random.Generator,
    true: Sequence[str],
    other: Sequence[str],
    *,
    wrong: float,
    coarse: float,
    section: float = 0.0,
) -> list[str]:
    """Codes as clerks write them: some wrong, some a division or a section only.

    Parameters
    ----------
    true : sequence of n codes
    other : sequence of codes
        What a wrong one is drawn from.
    """
    draw = rng.random(len(true))
    slips = rng.integers(0, len(other), len(true)).tolist()
    out = []
    for code, x, slip in zip(true, draw.tolist(), slips, strict=True):
        if x < wrong:
            out.append(other[slip])
        elif x < wrong + coarse:
            out.append(code[:2])
        else:
            out.append("C" if x < wrong + coarse + section else code)
    return out
