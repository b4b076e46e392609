"""Why the system said no, in the reader's language."""

from __future__ import annotations

import errno
import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from features.system_reasons import why, why_not_text


@pytest.mark.parametrize(
    "code", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.EROFS, errno.EFBIG]
)
def test_usual_reasons_are_said_in_chinese_and_english(code: int) -> None:
    said = why(OSError(code, os.strerror(code)))
    assert re.search("[一-鿿]", said["zh"]) and not re.search("[A-Za-z]", said["zh"])
    assert not re.search("[一-鿿]", said["en"])


def test_an_unusual_reason_is_said_as_the_system_says_it() -> None:
    assert why(OSError(errno.EXDEV, "across disks"))["zh"] == "across disks"
    assert why(OSError("odd"))["en"] == "odd"


def test_a_real_failure_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        (tmp_path / "nothing").read_text()
    assert why(caught.value)["zh"] == "没有这个文件或文件夹"


def test_where_a_file_stops_being_toml_json_or_text() -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as toml:
        tomllib.loads("[start]\nred = \n")
    assert why_not_text(toml.value)["zh"] == "第 2 行第 7 个字符处写法不对"
    with pytest.raises(json.JSONDecodeError) as json_:
        json.loads('{"a":\n x}')
    assert why_not_text(json_.value)["en"] == "line 2, character 2 is not well formed"
    with pytest.raises(UnicodeDecodeError) as bytes_:
        b"ab\xff".decode("utf-8")
    assert why_not_text(bytes_.value)["zh"] == "第 3 个字节起不是 UTF-8 文字"
