"""A stored model is used exactly as written or not at all."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from features.language import LANGUAGES
from models import array_file, artefact
from models.artefact import ArtefactError

DAY = date(2008, 3, 1)
FILES = ("manifest.json", "model.json", "arrays.npz")


def a_model(value: float = 0.5) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    parameters = {"features": ["paired", "文本相似"], "ridge": value, "stages": {"signed": 1}}
    return parameters, {
        "weights": np.arange(6.0).reshape(2, 3) + value,
        "codes": np.array([3, 1, 2], np.int32),
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one published model and one that is only stored."""
    artefact.write(tmp_path, *a_model(0.25), dated=DAY)
    artefact.publish(tmp_path, artefact.write(tmp_path, *a_model(), dated=DAY))
    return tmp_path


def test_a_model_is_read_by_its_owner_only(tmp_path: Path) -> None:
    model_id = artefact.write(tmp_path / "models", *a_model(), dated=DAY)
    for folder in (tmp_path / "models", tmp_path / "models" / model_id):
        assert folder.stat().st_mode & 0o077 == 0


def refused(root: Path) -> str:
    """The code with which the published model is refused; fails where it is used."""
    with pytest.raises(ArtefactError) as caught:
        artefact.load(root)
    assert all(caught.value.text[lang] for lang in LANGUAGES)
    return caught.value.code


def used(root: Path) -> Path:
    model_id = artefact.active(root)
    assert model_id is not None
    return root / model_id


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
        arrays_of.arrays(
            st.sampled_from(["<f8", "<f4", ">f8", "<i4", "|b1", "|u1", "<i8"]),
            arrays_of.array_shapes(min_dims=0, max_dims=3, min_side=0),
            elements={"allow_nan": False, "allow_infinity": False},
        ),
        max_size=4,
    )
)
def test_arrays_come_back_as_they_were_and_always_from_the_same_bytes(
    arrays: dict[str, np.ndarray[Any, Any]],
) -> None:
    data = array_file.pack(arrays)
    back = array_file.unpack(data, array_file.announce(arrays))
    assert list(back) == sorted(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].shape == array.shape
        assert not back[name].flags.writeable
    assert array_file.pack({name: arrays[name] for name in reversed(arrays)}) == data
    with np.load(io.BytesIO(data), allow_pickle=False) as read:
        assert sorted(read.files) == sorted(arrays)


def test_a_model_comes_back_as_it_was(root: Path) -> None:
    parameters, arrays = a_model()
    loaded = artefact.load(root, features=["paired", "文本相似"])
    assert loaded is not None
    assert loaded[0].startswith("20080301-")
    assert loaded[1] == parameters
    for name, array in arrays.items():
        np.testing.assert_array_equal(loaded[2][name], array)


def test_the_same_model_has_the_same_id_and_the_same_bytes(root: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    model_id = artefact.write(again, *a_model(), dated=DAY)
    assert model_id == artefact.active(root)
    for name in FILES:
        assert (again / model_id / name).read_bytes() == (used(root) / name).read_bytes()
    assert artefact.write(root, *a_model(), dated=DAY) == model_id
    assert artefact.write(root, *a_model(), dated=date(2008, 3, 2)) != model_id
    assert not list(root.glob(".*"))


@pytest.mark.parametrize("name", FILES)
def test_every_changed_byte_of_every_file_is_refused(root: Path, name: str) -> None:
    file = used(root) / name
    original = file.read_bytes()
    assert len(original) > 90
    for place in range(len(original)):
        changed = bytearray(original)
        changed[place] ^= 1 << (place % 8)
        file.write_bytes(changed)
        assert refused(root) in ("damaged", "swapped")
    file.write_bytes(original)
    assert artefact.load(root) is not None


@pytest.mark.parametrize("name", FILES)
def test_every_cut_and_every_added_byte_is_refused(root: Path, name: str) -> None:
    file = used(root) / name
    original = file.read_bytes()
    for length in range(len(original)):
        file.write_bytes(original[:length])
        assert refused(root) in ("cut", "damaged", "swapped")
    for added in (b"\n", b" ", b"\0", original):
        file.write_bytes(original + added)
        assert refused(root) in ("damaged", "swapped")


def test_every_changed_byte_of_the_pointer_is_refused(root: Path) -> None:
    pointer = root / "active"
    original = pointer.read_bytes()
    for place in range(len(original)):
        for bit in range(8):
            changed = bytearray(original)
            changed[place] ^= 1 << bit
            pointer.write_bytes(changed)
            refused(root)
    for length in range(len(original)):
        pointer.write_bytes(original[:length])
        refused(root)
    pointer.write_bytes(original + b"\n")
    refused(root)


@pytest.mark.parametrize("name", [*FILES, "active", "."])
def test_a_missing_file_is_refused(root: Path, name: str) -> None:
    if name == ".":
        shutil.rmtree(used(root))
    else:
        (root / name if name == "active" else used(root) / name).unlink()
    assert refused(root) == "missing"


@pytest.mark.parametrize("name", [*FILES, "active", "."])
def test_a_link_is_refused_even_to_the_right_content(root: Path, tmp_path: Path, name: str) -> None:
    place = {"active": root / "active", ".": used(root)}.get(name, used(root) / name)
    moved = place.with_name("moved")
    place.rename(moved)
    place.symlink_to(moved)
    assert refused(root) == "link"


def test_files_of_another_model_are_refused(root: Path) -> None:
    own = used(root)
    other = next(root / m for m in artefact.stored(root) if m != own.name)
    kept = {name: (own / name).read_bytes() for name in FILES}
    for some in (FILES[:1], FILES[1:2], FILES[2:], FILES[1:], FILES):
        for name in FILES:
            (own / name).write_bytes(
                (other if name in some else own.parent / own.name).joinpath(name).read_bytes()
            )
        assert refused(root) in ("swapped", "damaged", "cut")
        for name, data in kept.items():
            (own / name).write_bytes(data)
    # The two files of one model in each other's place, and the whole folder under another name.
    (own / "model.json").write_bytes(kept["arrays.npz"])
    (own / "arrays.npz").write_bytes(kept["model.json"])
    assert refused(root) == "swapped"
    shutil.rmtree(own)
    shutil.copytree(other, own)
    assert refused(root) == "swapped"
    with pytest.raises(ArtefactError):
        artefact.publish(root, own.name)


def test_what_is_no_plain_file_is_refused(root: Path) -> None:
    file = used(root) / "model.json"
    file.unlink()
    file.mkdir()
    assert refused(root) == "damaged"
    file.rmdir()
    os.mkfifo(file)
    assert refused(root) == "damaged"  # and nobody waits for a writer


def test_a_damaged_model_is_mended_by_writing_it_again(root: Path) -> None:
    file = used(root) / "arrays.npz"
    file.write_bytes(b"")
    assert refused(root) == "cut"
    artefact.write(root, *a_model(), dated=DAY)
    assert artefact.load(root) is not None
    assert not list(root.glob(".*"))


def test_nothing_stored_is_no_model_and_no_error(tmp_path: Path) -> None:
    assert artefact.load(tmp_path) is None
    assert artefact.load(tmp_path / "never made") is None
    assert artefact.stored(tmp_path / "never made") == ()


def test_what_is_not_finite_is_neither_written_nor_read(tmp_path: Path) -> None:
    parameters, arrays = a_model()
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ArtefactError) as caught:
            artefact.write(tmp_path, parameters | {"ridge": bad}, arrays, dated=DAY)
        assert caught.value.code == "not_finite"
        with pytest.raises(ArtefactError) as caught:
            artefact.write(tmp_path, parameters, {"weights": np.array([bad])}, dated=DAY)
        assert caught.value.code == "not_finite"
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_number_is_not_written(tmp_path: Path) -> None:
    for array in (np.array([{}], object), np.array(["a"]), np.array([1 + 1j])):
        with pytest.raises(ValueError, match="numbers only"):
            artefact.write(tmp_path, {}, {"x": array}, dated=DAY)


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Store files with a manifest that vouches for them, as somebody with ill will could."""

    def make(model: bytes, data: bytes, announced: array_file.Announced, form: int = 1) -> str:
        manifest = json.dumps(
            {
                "format": form,
                "date": DAY.isoformat(),
                "features": None,
                "files": {
                    "model.json": {"sha256": artefact._hash(model), "size": len(model)},
                    "arrays.npz": {"sha256": artefact._hash(data), "size": len(data)},
                },
                "arrays": {n: {"dtype": k, "shape": s} for n, (k, s) in announced.items()},
            }
        ).encode()
        folder = tmp_path / f"20080301-{artefact._hash(manifest)[:16]}"
        folder.mkdir(exist_ok=True)
        for name, content in zip(FILES, (manifest, model, data), strict=True):
            (folder / name).write_bytes(content)
        with pytest.raises(ArtefactError) as caught:
            artefact.read(folder)
        return caught.value.code

    yield make


def test_a_newer_format_says_so(forge: Callable[..., str]) -> None:
    assert forge(b"{}", array_file.pack({}), {}, form=2) == "newer_format"


def test_numbers_that_are_not_finite_are_refused_wherever_they_stand(
    forge: Callable[..., str],
) -> None:
    empty = array_file.pack({})
    for number in (b"NaN", b"-Infinity", b"1e999"):
        assert forge(b'{"a": %s}' % number, empty, {}) == "not_finite"
    bad = {"w": np.array([1.0, np.nan])}
    assert forge(b"{}", array_file.pack(bad), array_file.announce(bad)) == "not_finite"


def test_an_array_of_another_shape_or_type_is_refused(forge: Callable[..., str]) -> None:
    data = array_file.pack({"w": np.zeros((2, 3))})
    for announced in ({}, {"v": ("<f8", (2, 3))}, {"w": ("<f8", (3, 2))}, {"w": ("<f4", (2, 3))}):
        assert forge(b"{}", data, announced) == "wrong_shape"
    assert forge(b"[]", data, {"w": ("<f8", (2, 3))}) == "wrong_shape"
    assert forge(b"{", data, {"w": ("<f8", (2, 3))}) == "damaged"
    assert forge(b"[" * 100_000, data, {}) == "damaged"


def test_a_pickle_is_never_opened(forge: Callable[..., str], tmp_path: Path) -> None:
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (trap,)

    assert forge(b"{}", pickle.dumps(Trap()), {}) == "wrong_shape"
    file = io.BytesIO()
    np.savez(file, w=np.array([Trap()], object))
    assert forge(b"{}", file.getvalue(), {"w": ("|O", (1,))}) == "wrong_shape"
    assert not trap.exists()


def test_an_array_that_claims_to_be_huge_is_refused_before_room_is_made(
    forge: Callable[..., str],
) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }" % 10**15
    header += b" " * (118 - len(header) - 1) + b"\n"
    body = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("w.npy", body)
    assert forge(b"{}", file.getvalue(), {"w": ("<f8", (10**15,))}) == "wrong_shape"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w.npy", bytes(10**7))
    assert forge(b"{}", file.getvalue(), {"w": ("<f8", (10**15,))}) == "wrong_shape"


def test_a_model_for_other_features_is_refused(root: Path) -> None:
    with pytest.raises(ArtefactError) as caught:
        artefact.load(root, features=["paired"])
    assert caught.value.code == "other_features"


def test_only_a_model_that_can_be_read_is_published(root: Path) -> None:
    before = artefact.active(root)
    other = next(m for m in artefact.stored(root) if m != before)
    (root / other / "arrays.npz").write_bytes(b"x")
    for model_id in (other, "20080301-0123456789abcdef", "../elsewhere", ""):
        with pytest.raises(ArtefactError):
            artefact.publish(root, model_id)
    assert artefact.active(root) == before


def test_no_model_may_be_in_use_by_choice_and_one_of_them_again(root: Path) -> None:
    before = artefact.active(root)
    assert before is not None
    artefact.publish_none(root)
    assert artefact.active(root) is None and artefact.load(root) is None
    with pytest.raises(RuntimeError), artefact.published_within(root):
        artefact.publish(root, before)
        raise RuntimeError
    assert artefact.active(root) is None and before in artefact.stored(root)
    artefact.publish(root, before)
    assert artefact.active(root) == before


def test_a_reader_says_which_shape_it_needs() -> None:
    _, arrays = a_model()
    assert artefact.require_shape(arrays, "weights", 2, -1) is arrays["weights"]
    for name, shape in (("weights", (2, 4)), ("weights", (6,)), ("other", (2, 3))):
        with pytest.raises(ArtefactError) as caught:
            artefact.require_shape(arrays, name, *shape)
        assert caught.value.code == "wrong_shape"
