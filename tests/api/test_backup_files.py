"""A backup file that is not what was written, byte for byte, is refused and nothing is changed."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api import settings
from api.backups import reading
from api.backups.layout import MANIFEST, SEAL_BYTES, SEAL_WORDS, BackupRefused, is_known
from api.store import Store
from api.usecases import backing_up, restoring
from made_tables import enterprises
from models import artefact
from whole_stores import got

Change = Callable[[dict[str, bytes]], None]
PLENTY = hypothesis_settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@dataclass
class Written:
    """A backup with rows and a model, and a store with something else in it."""

    file: Path
    content: bytes
    target: str

    def refused(self, content: bytes) -> BackupRefused:
        """What is said of these bytes; the store stays as it was."""
        self.file.write_bytes(content)
        before = got(self.target)
        with pytest.raises(BackupRefused) as caught:
            restoring.run(self.file, url=self.target, replace=True)
        assert got(self.target) == before
        assert "没有改动" in caught.value.message["zh"] or "不能用" in caught.value.message["zh"]
        return caught.value

    def changed(self, change: Change) -> bytes:
        """The backup with other members, sealed as if the program had written it so."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as packed:
            members = {name: packed.read(name) for name in packed.namelist()}
        change(members)
        return sealed(members)


def sealed(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A file of these members with a right seal."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as packed:
        packed.comment = bytes(SEAL_BYTES)
        for name, content in members.items():
            packed.writestr(name, content)
    before = out.getvalue()[:-SEAL_BYTES]
    return before + SEAL_WORDS + hashlib.sha256(before).hexdigest().encode()


def listed(members: dict[str, bytes], **about: object) -> None:
    """Let the manifest say of the members what is true of them, and ``about`` of the whole."""
    said = json.loads(members.pop(MANIFEST)) | about
    rows = {member["name"]: member.get("rows") for member in said["members"]}
    said["members"] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        | ({} if rows.get(name) is None else {"rows": rows[name]})
        for name, content in members.items()
    ]
    members[MANIFEST] = json.dumps(said).encode()


@pytest.fixture
def written(store_file: Path, tmp_path: Path) -> Iterator[Written]:
    store = Store.open(f"sqlite:///{store_file}")
    store.write({"enterprises": enterprises(40, "新")})
    root = settings.model_folder()
    numbers = np.arange(50.0)
    artefact.publish(root, artefact.write(root, {}, {"w": numbers}, dated=date(2008, 3, 1)))
    file = tmp_path / "backup.zip"
    backing_up.run(file, url=store.address.url)
    store.write({"enterprises": enterprises(7, "旧")})
    yield Written(file, file.read_bytes(), store.address.url)


def test_a_whole_backup_is_taken(written: Written) -> None:
    found = restoring.run(written.file, url=written.target, replace=True)
    assert found.counts["enterprises"] == 40


@PLENTY
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_noticed_and_the_member_it_is_in_is_named(
    data: st.DataObject, written: Written
) -> None:
    position = data.draw(st.integers(0, len(written.content) - 1))
    flipped = bytearray(written.content)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    written.file.write_bytes(bytes(flipped))
    with pytest.raises(BackupRefused) as caught, reading.opened(written.file):
        pass
    member = member_at(written.content, position)
    if member is not None and not same(written.content, bytes(flipped), member):
        assert caught.value.code == "backup.damaged"
        assert member in caught.value.message["en"] and member in caught.value.message["zh"]


def test_a_flipped_byte_in_the_directory_is_no_unforeseen_failure(written: Written) -> None:
    end = len(written.content)
    for position in range(end - 400, end):
        flipped = bytearray(written.content)
        flipped[position] ^= 0x80
        written.file.write_bytes(bytes(flipped))
        with pytest.raises(BackupRefused), reading.opened(written.file):
            pass


def same(content: bytes, flipped: bytes, member: str) -> bool:
    """Whether a member unpacks to the same: the last byte of a packed one has bits of no use."""
    with (
        zipfile.ZipFile(io.BytesIO(content)) as packed,
        zipfile.ZipFile(io.BytesIO(flipped)) as other,
    ):
        try:
            return packed.read(member) == other.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            return False


def member_at(content: bytes, position: int) -> str | None:
    """The member whose packed bytes hold a position; None: it is in a head or the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for info in packed.infolist():
            begin = info.header_offset
            lengths = [
                int.from_bytes(content[begin + at : begin + at + 2], "little") for at in (26, 28)
            ]
            begin += 30 + sum(lengths)
            if begin <= position < begin + info.compress_size:
                return info.filename
    return None


@PLENTY
@given(data=st.data())
def test_a_file_cut_at_any_place_is_refused(data: st.DataObject, written: Written) -> None:
    kept = data.draw(st.integers(0, len(written.content) - 1))
    written.file.write_bytes(written.content[:kept])
    with pytest.raises(BackupRefused) as caught, reading.opened(written.file):
        pass
    if 4 < kept < len(written.content) - SEAL_BYTES:
        assert caught.value.code == "backup.cut_short"


@PLENTY
@given(content=st.binary(max_size=400))
def test_any_other_file_is_refused(content: bytes, written: Written) -> None:
    written.file.write_bytes(content)
    with pytest.raises(BackupRefused), reading.opened(written.file):
        pass


def test_flipped_bytes_leave_the_store_and_the_models_as_they_were(written: Written) -> None:
    chance = random.Random(2006)
    active = artefact.active(settings.model_folder())
    for _ in range(10):
        flipped = bytearray(written.content)
        flipped[chance.randrange(len(flipped))] ^= 0xFF
        written.refused(bytes(flipped))
    assert artefact.active(settings.model_folder()) == active


def test_a_backup_of_a_later_version_is_refused_with_the_remedy(written: Written) -> None:
    for about in ({"format": 2}, {"layout": "9999"}):
        content = written.changed(lambda members, about=about: listed(members, **about))
        assert "Upgrade" in written.refused(content).message["en"]


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "tables/../../evil.jsonl", "models/active/../x", "jobs/x/y",
     "models/20080301-0123456789abcdef/../../evil", "tables/evil.jsonl/", "C:\\evil",
     "jobs/0123456789abcdef0123456789abcdef/..", "tables/enterprises.jsonl\n", "evil"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str, written: Written) -> None:
    assert not is_known(name)

    def change(members: dict[str, bytes]) -> None:
        members[name] = b"evil"
        listed(members)

    assert written.refused(written.changed(change)).code == "backup.strange_member"


def test_a_file_that_unpacks_to_far_more_than_it_is_is_refused(written: Written) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["overdue_rules.toml"] = bytes(100 << 20)
        listed(members)

    content = written.changed(change)
    assert len(content) < 1 << 20
    assert written.refused(content).code == "backup.bomb"


def test_a_member_that_is_larger_than_it_says_is_refused(written: Written) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["overdue_rules.toml"] = bytes(1 << 20)
        listed(members)

    content = bytearray(written.changed(change))
    for size in ((1 << 20).to_bytes(4, "little"),):  # in its head and in the directory
        while (at := content.find(size)) >= 0:
            content[at : at + 4] = (64).to_bytes(4, "little")
    before = bytes(content[:-SEAL_BYTES])
    seal = SEAL_WORDS + hashlib.sha256(before).hexdigest().encode()
    assert "overdue_rules.toml" in written.refused(before + seal).message["en"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_packed_in_another_way_are_refused(packing: int, written: Written) -> None:
    with zipfile.ZipFile(io.BytesIO(written.content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    written.refused(sealed(members, packing))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(written: Written) -> None:
    with zipfile.ZipFile(io.BytesIO(written.content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.comment = bytes(SEAL_BYTES)
        for name, content in members.items():
            packed.writestr(name, content)
        packed.writestr("tables/enterprises.jsonl", b'["id"]\n')
    before = out.getvalue()[:-SEAL_BYTES]
    written.refused(before + SEAL_WORDS + hashlib.sha256(before).hexdigest().encode())


ROWS = "tables/visits.jsonl"
"""The last table: all others have been filled in when it is read."""


@pytest.mark.parametrize(
    "bad",
    [b'["a","2008-13-01",null,null,null,null,"x","x"]\n', b"[]\n", b"{}\n", b"[1\n", b"\xff\n",
     b'["\\ud800","2008-01-01",null,null,null,null,"x","x"]\n', b"[" * 100_000 + b"\n",
     b'[1,"2008-01-01",null,null,null,null,"x","x"]\n', b"\n"],
    ids=["date", "short", "object", "cut", "bytes", "surrogate", "deep", "number", "empty"],
)  # fmt: skip
def test_a_last_row_that_cannot_be_leaves_everything_as_it_was(
    bad: bytes, written: Written
) -> None:
    def change(members: dict[str, bytes]) -> None:
        members[ROWS] += bad
        said = json.loads(members[MANIFEST])
        (member,) = (m for m in said["members"] if m["name"] == ROWS)
        member["rows"] = 1
        members[MANIFEST] = json.dumps(said).encode()
        listed(members)

    assert "visits" in written.refused(written.changed(change)).message["en"]


def test_rows_or_tables_or_columns_that_are_missing_are_noticed(written: Written) -> None:
    def without_rows(members: dict[str, bytes]) -> None:
        name = "tables/enterprises.jsonl"
        members[name] = members[name][: members[name].index(b"\n") + 1]
        listed(members)

    def without_table(members: dict[str, bytes]) -> None:
        del members["tables/tokens.jsonl"]
        listed(members)

    def other_columns(members: dict[str, bytes]) -> None:
        members[ROWS] = members[ROWS].replace(b'"note"', b'"evil"')
        listed(members)

    for change, named in (
        (without_rows, "enterprises"), (without_table, "tokens"), (other_columns, "evil"),
    ):  # fmt: skip
        assert named in written.refused(written.changed(change)).message["en"]


def test_a_table_that_no_backup_holds_is_refused(written: Written) -> None:
    for name in ("sessions", "alembic_version", "sqlite_master", "letters"):

        def change(members: dict[str, bytes], name: str = name) -> None:
            members[f"tables/{name}.jsonl"] = b'["version_num"]\n["9999"]\n'
            said = json.loads(members[MANIFEST])
            said["members"].append({"name": f"tables/{name}.jsonl", "rows": 1})
            members[MANIFEST] = json.dumps(said).encode()
            listed(members)

        assert name in written.refused(written.changed(change)).message["en"]


def test_a_model_that_is_not_what_its_name_vouches_for_is_refused(written: Written) -> None:
    def change(members: dict[str, bytes]) -> None:
        (name,) = (name for name in members if name.endswith("arrays.npz"))
        members[name] = members[name][::-1]
        other = {n.replace("models/20080301-", "models/20090301-"): c for n, c in members.items()}
        members.clear()
        members.update(other)
        listed(members)

    assert written.refused(written.changed(change)).code == "backup.model_unusable"
    assert len(artefact.stored(settings.model_folder())) == 1
