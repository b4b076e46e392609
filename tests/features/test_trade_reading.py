"""Trades read from codes and texts: wrong, coarse and rare codes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from features import trade_reading
from features.trade_reading import Reading, read_trades, trades_named
from tests.handmade_market import enterprise, make, resource

#: Trades of a market, each with words that no other trade uses.
WORDS = {
    "1432": ("汤圆", "水饺", "馄饨", "春卷"),
    "2221": ("宣纸", "滤纸", "皮纸", "棉纸"),
    "3351": ("铆钉", "螺栓", "垫片", "卡箍"),
    "2671": ("蜡烛", "火柴", "线香", "灯芯"),
    "1951": ("皮靴", "凉鞋", "拖鞋", "鞋垫"),
    "3484": ("齿轮", "链条", "轴瓦", "皮带轮"),
    "2439": ("折扇", "竹雕", "根雕", "剪纸"),
    "3812": ("线圈", "转子", "定子", "绕组"),
}
MARKET = 10
SURE = 0.75


def _read(rows: list[tuple[str, str]], side: NDArray[np.int64] | None = None) -> Reading:
    """Rows of code and text, read without any meaning known beforehand."""
    codes = [(code,) if code else () for code, _ in rows]
    named = trades_named(codes)
    vectors = np.zeros((len(rows), 2), np.float32)
    vectors[:, 0] = [bool(text) for _, text in rows]
    names = np.tile(np.array([0, 1], np.float32), (len(named), 1))
    side = np.zeros(len(rows), np.int64) if side is None else side
    return read_trades([text for _, text in rows], codes, vectors, names, named, side)


def _said(code: str, trade: str, count: int) -> list[tuple[str, str]]:
    """Rows with a code, whose texts are those of a trade."""
    words = WORDS[trade]
    return [(code, f"{words[k % 4]}、{words[(k + 1) % 4]}") for k in range(count)]


def _market() -> list[tuple[str, str]]:
    """Every trade, each row with its own code."""
    return [row for trade in WORDS for row in _said(trade, trade, MARKET)]


def _trades(reading: Reading, rows: slice) -> list[str]:
    return [reading.trades[k] for k in np.argmax(reading.shares[rows], axis=1).tolist()]


def test_every_row_of_a_market_in_order_is_read_as_its_code_says() -> None:
    reading = _read(_market())
    assert set(reading.trades) == set(WORDS)
    assert _trades(reading, slice(None)) == [code for code, _ in _market()]


def test_a_wrong_code_is_not_borne_out_by_the_text_that_stands_beside_it() -> None:
    reading = _read([*_market(), *_said("2221", "1432", 1), *_said("3351", "3812", 1)])
    assert _trades(reading, slice(-2, None)) == ["1432", "3812"]


def test_a_text_without_a_code_is_read_by_the_words_of_others() -> None:
    assert _trades(_read([*_market(), *_said("", "2439", 1)]), slice(-1, None)) == ["2439"]


def test_a_turn_of_phrase_that_all_use_does_not_drown_the_word_that_names_a_trade() -> None:
    phrase = "本地{}已成规模，诚邀上下游企业前来对接洽谈。"
    phrased = [(code, phrase.format(words[1])) for code, words in WORDS.items()]
    asked = [("", phrase.format(words[0])) for words in WORDS.values()]
    reading = _read([*_market(), *_market(), *phrased, *asked])
    assert _trades(reading, slice(-len(asked), None)) == list(WORDS)
    assert reading.shares[-len(asked) :].max(axis=1).min() > SURE


def test_a_wider_code_is_no_trade_of_its_own_beside_narrower_ones() -> None:
    reading = _read([*_market(), *_said("14", "1432", 4)])
    assert "14" not in reading.trades
    assert _trades(reading, slice(-4, None)) == ["1432"] * 4


def test_a_wider_code_stays_a_trade_where_few_narrower_ones_are() -> None:
    codes = [("17",)] * 40 + [("36",)] * 40 + [("1761",)] * 2
    assert trades_named(codes) == ("17", "1761", "36")
    assert "17" not in trades_named([*codes, *[("1761",)] * 20])


def test_near_trades_are_between_the_same_and_others() -> None:
    near = [("1711", "坯布、纱线")] * 12 + [("1712", "印染、面料")] * 12
    reading = _read([*_market(), *near])
    first = [next(k for k in range(len(reading.shares)) if reading.shares[k, t] > SURE)
             for t in range(len(reading.trades))]  # fmt: skip
    found = reading.shares[first] @ reading.near[first].T
    one, other = reading.trades.index("1711"), reading.trades.index("1712")
    far = reading.trades.index("3812")
    assert found[one, one] > 2 * SURE * found[one, other] > 4 * found[one, far]
    assert found.max() <= 1


def test_one_row_more_hardly_changes_what_a_large_market_is_learned_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trade_reading, "LEARNED_FROM", 60)
    rows = [(code, f"{text}{k}") for k, (code, text) in enumerate(_market())]
    before, after = _read(rows), _read([("1432", "豆腐、豆干"), *rows])
    assert before.trades == after.trades
    moved = np.abs(before.shares - after.shares[1:]).max(axis=1)
    assert (moved > 0.25).mean() < 0.05


def test_english_is_read_past_the_name_that_stands_first() -> None:
    said = {
        "1432": "frozen dumplings and glass noodles",
        "2221": "filter papers and rice papers",
        "3484": "bevel gears and roller chains",
    }
    name = "The Limited Liability Company of the Eastern District for the Purposes of Trade makes "
    rows = [(code, f"{name}{text}") for code, text in said.items()] * 9
    asked = [("", f"{name}{text}") for text in said.values()]
    assert _trades(_read([*rows, *asked]), slice(-3, None)) == list(said)


def test_codes_of_a_trade_that_was_given_up_are_read_as_any_other() -> None:
    reading = _read([*_market(), *_said("7810", "1432", 1), *_said("7810", "3812", 1)])
    assert "7810" not in reading.trades
    assert _trades(reading, slice(-2, None)) == ["1432", "3812"]


def test_turns_of_phrase_of_one_side_say_nothing_of_the_trade() -> None:
    ask = "诚邀{}企业前来投资兴业，共谋发展"
    rows = _market()
    places = [("", ask.format(WORDS[trade][k])) for trade in WORDS for k in range(2)]
    side = np.repeat([0, 1], [len(rows), len(places)])
    reading = _read([*rows, *places], side)
    assert _trades(reading, slice(len(rows), None)) == [t for t in WORDS for _ in range(2)]


def test_names_made_alike_do_not_speak_louder_than_codes() -> None:
    codes = ["1432"] * 20 + [*WORDS]
    described = [
        enterprise(f"A{k:03}", industry=code, description=text)
        for k, (code, text) in enumerate(_market() * 3)
    ]
    named = [
        enterprise(f"B{k:03}", industry=code, name=f"第{k}企业", description=None)
        for k, code in enumerate(codes)
    ]
    market = make([*described, *named], [resource("R1")])
    shares = market.enterprises.fields["trade_share"][len(described) :]
    assert [market.trades[k] for k in shares.argmax(axis=1)] == codes


def test_nothing_is_read_where_nothing_is_said() -> None:
    assert not _read([*_market(), ("", "")]).shares[-1].any()
