"""Trades read from codes and texts together: a code may be wrong, coarse or missing.

Each profile has one trade that nobody states for certain. Its code names it, or a wider or a
neighbouring one, or is simply wrong; its text uses words that others of the trade use, in a
sense that the trade's name has. Which trades there are in this market, which words go with each
and what each profile's is, is found together by expectation-maximisation of a naive Bayes
mixture whose classes are the codes that occur (Nigam et al. 2000, "Text classification from
labeled and unlabeled documents using EM", Machine Learning 39, 103-134); a trade that too few
profiles speak for is given up (Figueiredo & Jain 2002, IEEE TPAMI 24(3), 381-396).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.industries import Industries
from features.text import FloatArray, exact, unit_rows

#: Share of codes that are taken to be wrong. Set high: a right code is borne out by its text.
WRONG = 0.5
#: What a code says where it is not wrong, by what it is to the true trade.
EXACT, WIDER, NARROWER, SAME_GROUP, SAME_DIVISION = 0.6, 0.25, 0.1, 0.06, 0.02
#: Log-odds of a text all of whose words belong to one trade only, in units of one word's; and of
#: a cosine of 1 between a text and a trade's name.
WORDS, MEANING = 1.5, 4.0
#: The cosine up to which a text is as well read as of any other trade, which has no name here.
UNLIKE, OTHER = 0.05, "-"
#: Words of the average text that every trade is taken to have said.
BACKGROUND = 2.0
#: Texts with a word that are taken to be of any trade alike, where it is asked what the word tells.
UNTOLD = 2.0
#: Rounds by rarity alone, before the words are weighed by what they tell.
BY_RARITY = 2
#: Profiles that a trade needs behind it, and any other trade has at least.
LEAST, LEAST_OTHER = 3.0, 6.0
#: The share up to which a trade is given up.
GIVEN_UP = 1e-6
#: Trades to begin with, words looked at, profiles that they are learned from.
MOST_TRADES, MOST_WORDS, LEARNED_FROM = 250, 2000, 3000
#: Trades left in the end, and rounds.
KEPT, ROUNDS = 64, 12
#: Characters of a text that are looked at: what is done stands first.
_LONGEST = 100
_BLOCK = 4096

_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes
    ----------
    trades : tuple of t str
        GB/T 4754 codes, most frequent first.
    shares : (n, t) float32 array
        How likely each profile's trade is each of these; rows of zeros where nothing is known, one
        column of them where there are no trades.
        Products of two rows are exact in float32 (:func:`features.text.exact`).
    """

    trades: tuple[str, ...]
    shares: FloatArray


def read_trades(
    texts: Sequence[str],
    codes: Sequence[tuple[str, ...]],
    vectors: FloatArray,
    names: FloatArray,
    trades: Sequence[str],
) -> Reading:
    """Read the trade of each profile.

    Parameters
    ----------
    texts : sequence of n str
    codes : sequence of n tuples of str
        Industry codes, without section letters.
    vectors : (n, d) array
        Of the texts, centred; rows of zeros where there is none.
    names : (c, d) array
        Vectors of the trades' names, centred alike.
    trades : sequence of c str
        Trades that there could be (:func:`trades_named`).
    """
    n = len(texts)
    if not trades or not n:
        return Reading((), np.zeros((n, 1), np.float32))
    learned = np.unique(np.linspace(0, n - 1, min(n, LEARNED_FROM)).astype(np.int64))
    terms = [_terms(texts[i]) for i in learned]
    index, rarity = _vocabulary(terms)
    # The last column stands for any other trade: too rare to be learned, but not one of these.
    trades = (*trades, OTHER)
    prior = _said_by_codes(codes, trades)
    similar: FloatArray = np.pad(
        MEANING * vectors @ unit_rows(names).T, ((0, 0), (0, 1)), constant_values=MEANING * UNLIKE
    ).astype(np.float32)
    words = _weighted(terms, index, rarity)
    stated = _stated(codes, trades)
    share, odds, tells, by_others = _learned(prior[learned], similar[learned], words, stated)
    prior[:, -1] = _by_given_up(prior, share, stated)
    kept = _kept(share)
    if len(kept) == 1:
        return Reading((), np.zeros((n, 1), np.float32))
    said = np.zeros((n, len(kept)), np.float32)
    for start in range(0, n, _BLOCK):
        rows = slice(start, start + _BLOCK)
        part = _weighted([_terms(text) for text in texts[rows]], index, rarity * tells)
        said[rows] = part @ odds[kept].T
    said[learned] = by_others[:, kept]
    out = _softmax(np.log(share[kept]) + prior[:, kept] + similar[:, kept] + said)
    silent = np.array([not code for code in codes]) & ~vectors.any(axis=1)
    out[silent] = 0
    return Reading(tuple(trades[k] for k in kept[:-1]), exact(out[:, :-1]))


def _learned(
    prior: FloatArray, similar: FloatArray, words: FloatArray, stated: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Expectation-maximisation: how frequent each trade is, and the words that go with it.

    What a profile's words say is asked of the other profiles only: a wrong code would else be
    borne out by the very text that stands beside it. Of a text's words those count that tell
    trades apart: turns of phrase that all use would else drown the one word that names a trade.

    Parameters
    ----------
    prior, similar : (n, t) arrays
        Log-likelihood of codes and meaning of each text under each trade, the last any other.
    words : (n, w) array
        Weights of each text's words by their rarity.
    stated : (t,) array
        How often each trade's code is stated.

    Returns
    -------
    share : (t,) array
    odds : (t, w) float32 array
        Log-likelihood of each word.
    tells : (w,) float32 array
        How much each word tells of the trade, in nats.
    spoken : (n, t) float32 array
        Log-likelihood of each text's words, as the other profiles use them.
    """
    own = _OwnWords.of(words)
    prior = prior.copy()
    spoken = np.zeros_like(prior)
    share = np.full(prior.shape[1], 1 / prior.shape[1])
    tells = np.ones(words.shape[1], np.float32)
    for turn in range(ROUNDS):
        belief = _softmax(np.log(share) + prior + similar + spoken)
        if turn >= BY_RARITY:
            tells = _tells(own.said_by(belief, np.ones_like(own.weight)), belief)
        weighed = own.weighed(tells)
        used = weighed.said_by(belief, weighed.weight)
        typical = BACKGROUND * used.sum(axis=0) / max(float(used.sum()), 1e-9)
        used[-1] = 0.0  # any other trade has no words of its own
        spoken = weighed.as_others_use_them(belief, used, typical)
        share = np.maximum(belief.sum(axis=0) - LEAST, 1e-9)
        share[-1] = max(share[-1], LEAST_OTHER)
        share = share / share.sum()
        prior[:, -1] = _by_given_up(prior, share, stated)
    odds = np.log(
        np.maximum(used + typical, 1e-12) / (used.sum(axis=1, keepdims=True) + BACKGROUND)
    ).astype(np.float32)
    return share, odds, tells, spoken


def _tells(said: FloatArray, belief: FloatArray) -> FloatArray:
    """(w,) nats that a word tells of the trade: how its trades differ from those of all texts.

    Parameters
    ----------
    said : (t, w) array
        Texts of each trade with each word.
    belief : (n, t) array
    """
    usual = np.maximum(belief.mean(axis=0), 1e-9)[:, None]
    trades = (said + UNTOLD * usual) / (said.sum(axis=0) + UNTOLD)
    return np.asarray((trades * np.log(np.maximum(trades, 1e-12) / usual)).sum(axis=0), np.float32)


@dataclass(frozen=True)
class _OwnWords:
    """The words of each text, one after the other.

    Attributes
    ----------
    row, column : (k,) int arrays
        Text and word of each entry, by text.
    weight : (k,) float32 array
    shape : (n texts, w words)
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    weight: FloatArray
    shape: tuple[int, int]

    @classmethod
    def of(cls, words: FloatArray) -> _OwnWords:
        row, column = np.nonzero(words)
        return cls(row, column, words[row, column], words.shape)

    def weighed(self, tells: FloatArray) -> _OwnWords:
        """The same words, each by how much it tells; of a text :data:`WORDS` together."""
        weight = self.weight * tells[self.column]
        total = np.bincount(self.row, weight, self.shape[0])
        weight = WORDS * weight / np.maximum(total, 1e-9)[self.row]
        return replace(self, weight=weight.astype(np.float32))

    def said_by(self, belief: FloatArray, weight: FloatArray) -> FloatArray:
        """(t, w) weight of each word with each trade."""
        texts = np.zeros(self.shape, np.float32)
        texts[self.row, self.column] = weight
        return np.asarray(belief.T @ texts, np.float32)

    def as_others_use_them(
        self, belief: FloatArray, used: FloatArray, typical: FloatArray
    ) -> FloatArray:
        """(n, t) log-likelihood of each text's words, without what it said of them itself."""
        out = np.zeros_like(belief)
        if not len(self.row):
            return out
        speaks, first = np.unique(self.row, return_index=True)
        total = np.bincount(self.row, self.weight, self.shape[0]).astype(np.float32)
        size = used.sum(axis=1) + BACKGROUND
        for trade in range(belief.shape[1]):
            mine = belief[:, trade] if used[trade].any() else np.zeros(len(belief), np.float32)
            left = used[trade, self.column] - mine[self.row] * self.weight
            likely = np.log(np.maximum(np.maximum(left, 0) + typical[self.column], 1e-12))
            likely -= np.log(size[trade] - mine * total)[self.row]
            out[speaks, trade] = np.add.reduceat(likely * self.weight, first)
        return out


def _by_given_up(prior: FloatArray, share: FloatArray, stated: FloatArray) -> FloatArray:
    """(n,) log-likelihood of each profile's codes under any other trade: one of those given up."""
    weight = np.where(share[:-1] > GIVEN_UP, 0.0, stated[:-1])
    if not weight.any():
        return prior[:, -1]
    return np.asarray(
        np.log(np.exp(prior[:, :-1]) @ (weight / weight.sum()).astype(np.float32)), np.float32
    )


def _kept(share: FloatArray) -> NDArray[np.int64]:
    """Columns of the most frequent trades that were not given up, and of any other at the end."""
    last = len(share) - 1
    order = np.lexsort((np.arange(last), -share[:-1]))
    count = min(KEPT, int((share[:-1] > GIVEN_UP).sum()))
    return np.append(np.sort(order[:count]), last)


def trades_named(codes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Codes that two profiles or more state, those stated most first where there are many.

    A wider code is no trade of its own where narrower ones are: it speaks for each of them.
    """
    count = Counter(code for own in codes for code in own)
    often = sorted((c for c, k in count.items() if k >= 2), key=lambda c: (-count[c], c))
    wider = {code[:size] for code in often for size in range(1, len(code))}
    return tuple(sorted([code for code in often if code not in wider][:MOST_TRADES]))


def without_section(codes: Sequence[str], industries: Industries) -> tuple[str, ...]:
    """The codes that are narrower than a section."""
    return tuple(c for c in codes if c in industries.index and c not in industries.section)


def _stated(codes: Sequence[tuple[str, ...]], trades: Sequence[str]) -> FloatArray:
    count = Counter(code for own in codes for code in own)
    return np.array([count[trade] for trade in trades], np.float32)


def _said_by_codes(codes: Sequence[tuple[str, ...]], trades: Sequence[str]) -> FloatArray:
    """(n, t) log-likelihood of each profile's codes under each trade; 0 where it has none."""
    count = Counter(code for own in codes for code in own)
    total = sum(count.values())
    rows = {code: k for k, code in enumerate(sorted(count))}
    likely = np.array(
        [
            [(1 - WRONG) * _fits(code, trade) + WRONG * count[code] / total for trade in trades]
            for code in rows
        ]
    )
    out = np.zeros((len(codes), len(trades)), np.float32)
    for i, own in enumerate(codes):
        if own:
            out[i] = np.log(likely[[rows[code] for code in own]].mean(axis=0))
    return out


def _fits(code: str, trade: str) -> float:
    if trade == OTHER:
        return 0.0
    if code == trade:
        return EXACT
    if trade.startswith(code):
        return WIDER
    if code.startswith(trade):
        return NARROWER
    if len(code) > 2 and code[:3] == trade[:3]:
        return SAME_GROUP
    return SAME_DIVISION if code[:2] == trade[:2] else 0.0


def _terms(text: str) -> set[str]:
    """Latin words and runs of two to five Chinese characters."""
    found = set()
    for run in _RUN.findall(text.lower()[:_LONGEST]):
        if run[0] < "\u3400":
            if len(run) > 2:
                found.add(run.rstrip("s"))
            continue
        for size in (2, 3, 4, 5):
            found.update(run[i : i + size] for i in range(len(run) - size + 1))
    return found


def _vocabulary(terms: Sequence[set[str]]) -> tuple[dict[str, int], FloatArray]:
    """Columns of the terms that tell trades apart, and how rare each is.

    A term that only ever stands within one longer term says nothing beside it.
    """
    count = Counter(term for own in terms for term in own)
    several = {term for term, k in count.items() if k >= 2}
    within = {
        part
        for term in several
        if len(term) > 2 and term[0] >= "\u3400"
        for part in (term[1:], term[:-1])
        if count[part] == count[term]
    }
    most = max(0.15 * len(terms), 3)
    telling = [t for t in several - within if count[t] <= most]
    telling = sorted(telling, key=lambda t: (-count[t], t))[:MOST_WORDS]
    rarity = np.log(len(terms) / np.array([count[t] for t in telling], float))
    return {term: k for k, term in enumerate(telling)}, rarity.astype(np.float32)


def _weighted(terms: Sequence[set[str]], index: dict[str, int], rarity: FloatArray) -> FloatArray:
    """(n, words) weights of each text's terms, :data:`WORDS` together."""
    out = np.zeros((len(terms), len(index)), np.float32)
    for i, own in enumerate(terms):
        at = sorted(index[term] for term in own if term in index)
        if at:
            out[i, at] = WORDS * rarity[at] / max(float(rarity[at].sum()), 1e-9)
    return out


def _softmax(logits: FloatArray) -> FloatArray:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)
