"""Industry chains (产业链): which link of which chain each side is at, and how two links relate.

The chains stand in ``data/chains.csv``: links in order from upstream to downstream, each with
GB/T 4754 codes and words. A position is found from code *and* text, since codes are often wrong
or coarse and texts often silent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

import data
from features.language import Text
from features.text import FloatArray, TextEncoder, leading_directions, unit_rows
from features.word_finding import singular

#: Relations of an enterprise's link to a link that a resource wants, nearest first.
#: ``up`` = the enterprise stands one step upstream (补链), ``down`` = one step downstream (延链),
#: ``beside`` = another link of the same step, ``far`` = two steps or more along the same chain.
RELATIONS = ("same", "up", "down", "beside", "far")

#: Positions kept a row: an enterprise is at few links, a county may want several.
POSITIONS = 6

#: What a shared number of leading digits is worth: a division (2) is shared by many links.
CODE_WORTH = {2: 0.7, 3: 1.5, 4: 1.9}
#: What a stated code counts, and what the trade that code and text together bear out.
OWN_CODE, READ_CODE = 0.6, 0.5
#: What a word of a link counts; one of an enterprise that stands after others counts less: what
#: is done first and most stands first.
FIRST_WORD, LATER_WORD = 1.4, 0.84
#: How fast a link falls off that less speaks for than for the first: as this power of the share.
APART = 3.0
#: How fast an enterprise's share of a link falls off with its evidence.
SHARPNESS = 5.0

_TOKEN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Link:
    """One link of one chain."""

    name: str
    label: Text
    chain: str
    chain_label: Text
    step: int
    codes: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Chains:
    """All chains, with the relation of every link to every other.

    Attributes
    ----------
    links : tuple of Link
        In the order of the file.
    relation : (l, l) int8 array
        Index into :data:`RELATIONS` of row link to column link; -1 = not of one chain.
    phrases : tuple of str
        What a link is about, for the text encoder: two a link (Chinese, English).
    """

    links: tuple[Link, ...]
    relation: NDArray[np.int8]
    phrases: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.links)


@cache
def built_in() -> Chains:
    """The chains of ``data/chains.csv``."""
    links, phrases = [], []
    for row in data.rows("chains"):
        zh, en = _listed(row["words_zh"]), _listed(row["words_en"])
        links.append(
            Link(
                name=row["link"],
                label={"zh": row["link_zh"], "en": row["link_en"]},
                chain=row["chain"],
                chain_label={"zh": row["chain_zh"], "en": row["chain_en"]},
                step=int(row["step"]),
                codes=_listed(row["codes"]),
                words=tuple(dict.fromkeys(w.lower() for w in zh + en)),
            )
        )
        phrases.append("，".join(dict.fromkeys((row["link_zh"], *zh))))
        phrases.append(", ".join(dict.fromkeys((row["link_en"], *en))))
    return Chains(tuple(links), _relations(links), tuple(phrases))


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())


def _relations(links: Sequence[Link]) -> NDArray[np.int8]:
    n = len(links)
    relation = np.full((n, n), -1, np.int8)
    for i, a in enumerate(links):
        for j, b in enumerate(links):
            if a.chain != b.chain:
                continue
            if i == j:
                found = "same"
            elif b.step == a.step + 1:
                found = "up"
            elif b.step == a.step - 1:
                found = "down"
            else:
                found = "beside" if a.step == b.step else "far"
            relation[i, j] = RELATIONS.index(found)
    return relation


def phrase_vectors(chains: Chains, encoder: TextEncoder) -> FloatArray:
    """(l, 2, d) vectors of the links' phrases, Chinese and English."""
    vectors = encoder.encode(chains.phrases)
    return vectors.reshape(len(chains), 2, -1)


def evidence(
    chains: Chains,
    codes: Sequence[tuple[str, ...]],
    texts: Sequence[str],
    vectors: FloatArray,
    phrases: FloatArray,
    read: tuple[Sequence[str], FloatArray] | None = None,
    *,
    one: bool = False,
) -> FloatArray:
    """What speaks for each row standing at each link.

    Evidence adds up: a code that shares its leading digits with a code of the link (the more the
    better, the less the more links share it), a word of the link that occurs in the text (rare
    words more), and the cosine between text and the link's phrase.

    Parameters
    ----------
    codes : sequence of n tuples of str
        Industry codes of each row (none, one or several).
    texts : sequence of n str
    vectors : (n, d) array
        Centred text vectors.
    phrases : (l, 2, d) array
        Phrase vectors centred alike.
    read : (t codes, (n, t) array), optional
        Trades and how likely each row's is each of them, as read from code and text together
        (:mod:`features.trade_reading`).
    one : bool
        True where a row is at one link (an enterprise): what its text names first says most.

    Returns
    -------
    (n, l) float32 array
        About 2 where a four-digit code or two words agree.
    """
    found = _code_evidence(chains, codes)
    if read is not None and len(read[0]):
        trades, shares = read
        borne_out = shares @ _code_evidence(chains, [(trade,) for trade in trades])
        found = OWN_CODE * found + READ_CODE * borne_out
    found = found + _word_evidence(chains, texts, LATER_WORD if one else FIRST_WORD)
    cosine = np.maximum(vectors @ phrases[:, 0].T, vectors @ phrases[:, 1].T)
    # A cosine of centred vectors below 0.25 says nothing; 0.65 is nearly the same statement.
    return np.asarray(found + 4.0 * np.clip(cosine - 0.25, 0.0, 0.4), np.float32)


def positions(found: FloatArray, *, one: bool) -> tuple[NDArray[np.int32], FloatArray]:
    """The links at which each row stands, with weights.

    Parameters
    ----------
    found : (n, l) array
        Evidence (:func:`evidence`).
    one : bool
        True where a row is at one link with some doubt (an enterprise: weights add up to its
        certainty), False where it wants several (a resource: each weight by itself).

    Returns
    -------
    links : (n, POSITIONS) int32 array
        Link indices, most likely first; 0 with weight 0 where there are fewer.
    weights : (n, POSITIONS) float32 array
        In [0, 1].
    """
    best = np.argsort(-found, axis=1, kind="stable")[:, :POSITIONS]
    strength = np.take_along_axis(found, best, axis=1)
    top = strength[:, :1]
    certainty = _certain(strength)
    if one:
        share = np.exp(SHARPNESS * (strength - top))
        weights = share / share.sum(axis=1, keepdims=True) * certainty[:, :1]
        weights = np.where(weights < 0.05, 0.0, weights)
    else:
        # A link that many others equal in evidence is not what the place is about.
        beside = np.maximum(strength, 0) / np.maximum(top, 1e-9)
        certainty = np.asarray(certainty * beside**APART, np.float32)
        weights = np.where(certainty < 0.35, 0.0, certainty)
    return np.where(weights > 0, best, 0).astype(np.int32), weights.astype(np.float32)


def _certain(strength: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-2.5 * (strength - 1.2))), np.float32)


def _code_evidence(chains: Chains, codes: Sequence[tuple[str, ...]]) -> FloatArray:
    has: dict[str, FloatArray] = {}
    for i, link in enumerate(chains.links):
        for prefix in {code[:n] for code in link.codes for n in CODE_WORTH}:
            has.setdefault(prefix, np.zeros(len(chains), np.float32))[i] = 1.0
    out = np.zeros((len(codes), len(chains)), np.float32)
    for i, own in enumerate(codes):
        for code in own:
            for n, worth in CODE_WORTH.items():
                if len(code) >= n and code[:n] in has:
                    np.maximum(out[i], worth * has[code[:n]], out=out[i])
    return out


def _word_evidence(chains: Chains, texts: Sequence[str], later: float) -> FloatArray:
    at: dict[str, list[int]] = {}
    for i, link in enumerate(chains.links):
        for word in link.words:
            at.setdefault(word, []).append(i)
    # Chinese words may stand anywhere in a text; Latin ones only between blanks.
    chinese = {word for word in at if not word.isascii()}
    lengths = sorted({len(word) for word in chinese})
    most_tokens = max((len(_tokens(word)) for word in at if word.isascii()), default=0)
    latin = {_singular(word): word for word in at if word.isascii()}
    out = np.zeros((len(texts), len(chains)), np.float32)
    for row, written in enumerate(texts):
        lowered = written.lower()
        begins = _longest(lowered, chinese, lengths)
        phrases = _phrases(lowered, most_tokens)
        begins |= {latin[phrase]: phrases[phrase] for phrase in phrases if phrase in latin}
        for rank, word in enumerate(sorted(begins, key=lambda word: (begins[word], word))):
            counts = later if rank else FIRST_WORD
            out[row, at[word]] += counts / math.sqrt(len(at[word]))
    # However many words agree, a text is about a link at most for certain.
    return np.asarray(2.5 * np.tanh(out / 2.5), np.float32)


def _longest(written: str, words: set[str], lengths: Sequence[int]) -> dict[str, int]:
    """Where each word first stands in a text that is not within a longer one of them."""
    taken = [False] * len(written)
    begins: dict[str, int] = {}
    for size in reversed(lengths):
        at = [i for i in range(len(written) - size + 1) if written[i : i + size] in words]
        at = [i for i in at if not all(taken[i : i + size])]
        for i in at:
            begins.setdefault(written[i : i + size], i)
            taken[i : i + size] = [True] * size
    return begins


def _tokens(written: str) -> list[str]:
    return _TOKEN.findall(written.lower())


def _singular(written: str) -> str:
    """Latin words one blank apart, the last one without a plural s."""
    return singular(" ".join(_tokens(written)))


def _phrases(lowered: str, most: int) -> dict[str, int]:
    """Where each run of up to ``most`` Latin words begins, written as by :func:`_singular`."""
    tokens = list(_TOKEN.finditer(lowered))
    begins: dict[str, int] = {}
    for i, token in enumerate(tokens):
        run = [following.group() for following in tokens[i : i + most]]
        for size in range(1, len(run) + 1):
            begins.setdefault(singular(" ".join(run[:size])), token.start())
    return begins


def wanted(chains: Chains, links: NDArray[np.int32], weights: FloatArray) -> dict[str, FloatArray]:
    """How strongly each row stands in each relation to every link.

    Parameters
    ----------
    links, weights : (r, POSITIONS) arrays
        Positions of the resources.

    Returns
    -------
    dict of (l, r) float32 arrays by relation
        ``["up"][a, r]`` = weight of the strongest link of r that has link a one step upstream;
        what a nearer relation already says is taken off, so the relations do not overlap.
    """
    own = np.zeros((len(chains), len(links)), np.float32)
    for k in range(links.shape[1]):
        np.maximum.at(own, (links[:, k], np.arange(len(links))), weights[:, k])
    found: dict[str, FloatArray] = {}
    nearer = np.zeros_like(own)
    for code, name in enumerate(RELATIONS):
        reach = np.zeros_like(own)
        for a in range(len(chains)):
            others = np.flatnonzero(chains.relation[a] == code)
            if len(others):
                reach[a] = own[others].max(axis=0)
        found[name] = np.maximum(reach - nearer, 0.0)
        np.maximum(nearer, reach, out=nearer)
    return found


def centred_phrases(phrases: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Phrase vectors without their mean, along the directions in which they differ most.

    Parameters
    ----------
    phrases : (l, 2, d) array

    Returns
    -------
    phrases : (l, 2, k) array, of length 1
    mean : (d,) array
    directions : (d, k) array
    """
    flat = phrases.reshape(-1, phrases.shape[-1])
    mean = flat.mean(axis=0)
    directions = leading_directions(flat - mean)
    kept = unit_rows((flat - mean) @ directions)
    return kept.reshape(*phrases.shape[:2], -1), mean, directions
