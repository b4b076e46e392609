"""Where each side stands on the industry chains, and how two places on a chain relate."""

from __future__ import annotations

import numpy as np
import pytest

from features.chains import (
    POSITIONS,
    RELATIONS,
    Chains,
    Link,
    _relations,
    built_in,
    evidence,
    positions,
    wanted,
)
from tests.handmade_market import enterprise, make, resource, value


def _link(name: str, chain: str, step: int, codes: str, *words: str) -> Link:
    label = {"zh": name, "en": name}
    return Link(name, label, chain, label, step, tuple(codes.split()), words)


#: 蚕 → (丝, 棉纱) → 布 → 衣, and 鞋 on a chain of its own.
LINKS = (
    _link("silkworm", "cloth", 1, "0411", "蚕桑", "silkworm"),
    _link("silk", "cloth", 2, "1741 1742", "缫丝", "raw silk"),
    _link("yarn", "cloth", 2, "1711", "棉纱", "yarn"),
    _link("fabric", "cloth", 3, "1751", "面料", "fabric"),
    _link("clothes", "cloth", 4, "1810", "服装", "led灯", "dress", "garment"),
    _link("shoes", "leather", 1, "1951", "皮鞋", "shoe", "glass"),
    _link("polish", "leather", 2, "2681", "皮鞋油"),
)
CHAINS = Chains(LINKS, _relations(LINKS), ())


def _at(codes: tuple[str, ...] = (), text: str = "", *, one: bool = True) -> dict[str, float]:
    """Weight of each link found, without help of vectors."""
    nothing = np.zeros((1, 4), np.float32)
    phrases = np.zeros((len(LINKS), 2, 4), np.float32)
    found = evidence(CHAINS, [codes], [text], nothing, phrases, one=one)
    links, weights = positions(found, one=one)
    assert links.shape == weights.shape == (1, min(POSITIONS, len(LINKS)))
    assert ((weights >= 0) & (weights <= 1)).all()
    return {LINKS[i].name: float(w) for i, w in zip(links[0], weights[0], strict=True) if w > 0}


def _best(found: dict[str, float]) -> str:
    return max(found, key=found.__getitem__)


def test_a_link_is_found_by_code_alone() -> None:
    assert _best(_at(("1810",))) == "clothes"
    assert _best(_at(("1741",))) == "silk"
    assert _at(("0411",))["silkworm"] > 0.5


def test_a_longer_code_says_more() -> None:
    by_length = [_at((code,)).get("clothes", 0.0) for code in ("18", "181", "1810")]
    assert by_length == sorted(by_length) and by_length[0] < by_length[2]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("专业生产皮鞋", "shoes"), ("SHOES for export", "shoes"), ("one shoe", "shoes"),
        ("makes raw  silk", "silk"), ("raw-silk", "silk"), ("本公司生产 yarn", "yarn"),
        ("LED灯具", "clothes"), ("panes of glass", "shoes"), ("PTA与yarns贸易", "yarn"),
    ],
)  # fmt: skip
def test_a_link_is_found_by_a_word_alone(text: str, link: str) -> None:
    assert _best(_at(text=text)) == link


@pytest.mark.parametrize(
    "text", ["", "horseshoes", "shoemaker", "addresses", "silk raw", "皮 鞋", "面", "s"]
)
def test_a_word_inside_another_is_not_that_word(text: str) -> None:
    assert _at(text=text) == {}


def test_code_and_word_together_say_more_than_each_and_settle_a_doubt() -> None:
    both = _at(("1810",), "生产服装")["clothes"]
    assert both > _at(("1810",))["clothes"] and both > _at(text="生产服装")["clothes"]
    # The code says clothes, the text speaks of shoes twice: both are kept.
    assert set(_at(("1810",), "皮鞋 shoe")) == {"clothes", "shoes"}


def test_a_word_within_a_longer_word_is_not_heard_unless_it_stands_elsewhere_too() -> None:
    assert _at(text="皮鞋油") == _at(text="主营皮鞋油") and set(_at(text="皮鞋油")) == {"polish"}
    assert set(_at(text="皮鞋油和皮鞋", one=False)) == {"polish", "shoes"}


def test_of_an_enterprise_what_is_named_first_counts_most_of_a_place_all_alike() -> None:
    assert _best(_at(text="服装、皮鞋")) == "clothes"
    assert _best(_at(text="皮鞋、服装")) == "shoes"
    assert _best(_at(text="Raw-silk, and shoes")) == "silk"
    assert _best(_at(text="Shoes, and raw  silk")) == "shoes"
    wanted_there = _at(text="服装、皮鞋", one=False)
    assert wanted_there["clothes"] == wanted_there["shoes"]


def test_an_enterprise_is_at_one_link_and_a_place_may_want_several() -> None:
    codes, text = ("1810", "1951"), "服装 皮鞋"
    enterprise_side, place_side = _at(codes, text), _at(codes, text, one=False)
    assert sum(enterprise_side.values()) <= 1 + 1e-6
    assert all(place_side[link] > 0.9 for link in ("clothes", "shoes"))


def test_relations_of_links_are_those_of_the_chain() -> None:
    index = {link.name: i for i, link in enumerate(LINKS)}

    def relation(a: str, b: str) -> str | None:
        code = CHAINS.relation[index[a], index[b]]
        return RELATIONS[code] if code >= 0 else None

    assert relation("silk", "silk") == "same"
    assert relation("silk", "fabric") == "up"  # silk is one step upstream of fabric
    assert relation("fabric", "silk") == "down"
    assert relation("silk", "yarn") == "beside"
    assert relation("silkworm", "clothes") == relation("clothes", "silk") == "far"
    assert relation("silk", "shoes") is None


def test_each_relation_counts_the_strongest_link_and_nearer_ones_are_taken_off() -> None:
    index = {link.name: i for i, link in enumerate(LINKS)}
    links = np.array([[index["fabric"], index["silk"], 0]], np.int32)
    weights = np.array([[0.9, 0.4, 0.0]], np.float32)
    found = wanted(CHAINS, links, weights)

    def strength(relation: str, link: str) -> float:
        return float(found[relation][index[link], 0])

    assert strength("same", "fabric") == pytest.approx(0.9)
    assert strength("same", "silk") == pytest.approx(0.4)
    # 蚕丝 stands one step above 面料 (0.9), of which 0.4 is told as the same link already.
    assert strength("up", "silk") == pytest.approx(0.5)
    assert strength("up", "yarn") == pytest.approx(0.9)
    assert strength("beside", "yarn") == 0  # 0.4 at most, and upstream of fabric anyway
    assert strength("down", "clothes") == pytest.approx(0.9)
    assert strength("far", "silkworm") == pytest.approx(0.9 - 0.4)
    assert all(strength(relation, "shoes") == 0 for relation in RELATIONS)


def test_a_supplier_of_what_the_place_makes_is_one_step_upstream() -> None:
    chains = built_in()
    up = next(
        (a, b) for a in range(len(chains)) for b in range(len(chains))
        if chains.relation[a, b] == RELATIONS.index("up") and len(chains.links[a].codes[0]) == 4
        and not set(chains.links[a].codes) & set(chains.links[b].codes)
    )  # fmt: skip
    above, below = (chains.links[i] for i in up)
    words = [next(w for w in x.words if not w.isascii()) for x in (above, below)]
    market = make(
        [enterprise("E1", industry=above.codes[0], description=words[0]),
         enterprise("E2", industry=below.codes[0], description=words[1])],
        [resource("R1", industries=below.codes[:1], description=words[1])],
    )  # fmt: skip
    features = ("chain_same", "chain_up", "chain_down")
    supplier, fellow = ([value(market, f, e) for f in features] for e in (0, 1))
    assert supplier[1] == max(supplier) and supplier[1] > 0.3
    assert fellow[0] == max(fellow) and fellow[0] > 0.3


def test_two_spellings_of_one_word_stand_for_one_link_in_the_table() -> None:
    at: dict[str, set[str]] = {}
    for link in built_in().links:
        for word in link.words:
            at.setdefault(word.removesuffix("s"), set()).add(word)
    assert {k: v for k, v in at.items() if len(v) > 1 and k.isascii()} == {}
