"""``shanhai allocate`` on a user's own scores, as a user runs it."""

from __future__ import annotations

from pathlib import Path

from running import shanhai

SCORES = """enterprise_id,resource_id,score,land_mu,units
A,R1,9,30,
A,R2,1,30,
B,R1,8,25,
B,R2,7,,2
C,R2,-4,1,
"""


def _write(folder: Path, **files: str) -> dict[str, Path]:
    paths = {name: folder / f"{name}.csv" for name in files}
    for name, content in files.items():
        paths[name].write_text(content, encoding="utf-8")
    return paths


def test_own_scores_are_allocated_within_the_capacities_of_a_file(tmp_path: Path) -> None:
    # R1 has 40 mu: A (30) and B (25) do not both fit. B at R2 takes 2 of its 2 places.
    # 9 + 7 = 16; C is worth less than nothing anywhere.
    files = _write(tmp_path, scores=SCORES, resources="id,land_mu,capacity\nR1,40,5\nR2,,2\n")
    done = shanhai("allocate", "--scores", files["scores"], "--resources", files["resources"],
                   "--json", SHANHAI_HOME=str(tmp_path / "none"))  # fmt: skip
    assert done.status == 0, done.err
    assert done.json["allocation"] == [
        {"enterprise_id": "A", "resource_id": "R1", "score": 9.0},
        {"enterprise_id": "B", "resource_id": "R2", "score": 7.0},
    ]
    assert (done.json["objective"], done.json["bound"], done.json["gap"]) == (16.0, 16.0, 0.0)


def test_an_empty_capacity_is_one_and_an_empty_quantity_does_not_bind(tmp_path: Path) -> None:
    # One place each, B needs two units of R2: A at R1 (9), or B at R1 (8) and A at R2 (1): 9.
    # Land does not bind, so nothing else stands in the way.
    files = _write(tmp_path, scores=SCORES, resources="id,land_mu,capacity\nR1,,\nR2,,\n")
    for also in ([], ["--resources", files["resources"]]):
        done = shanhai("allocate", "--scores", files["scores"], *also, "--json")
        assert done.status == 0, done.err
        assert done.json["objective"] == 9.0


def test_what_the_scores_do_not_say_is_the_need_of_the_enterprise(tmp_path: Path) -> None:
    # B needs 50 mu where its row of the scores says nothing, and R2 has 20: A at R1, B nowhere.
    files = _write(
        tmp_path, scores=SCORES, resources="id,land_mu,capacity\nR1,30,1\nR2,20,2\n",
        enterprises="id,land_need_mu\nA,1\nB,50\nC,1\n",
    )  # fmt: skip
    done = shanhai("allocate", "--scores", files["scores"], "--resources", files["resources"],
                   "--enterprises", files["enterprises"], "--json")  # fmt: skip
    assert done.json["allocation"] == [{"enterprise_id": "A", "resource_id": "R1", "score": 9.0}]


def test_bad_files_are_refused_with_every_place(tmp_path: Path) -> None:
    files = _write(
        tmp_path,
        scores="enterprise_id,resource_id,score,land_mu\nA,R1,5,3\nA,R1,6,1\nB,R1,nan,2\n"
        "C,R1,4,-1\nD,R9,4,1\n",
        resources="id,land_mu,capacity\nR1,5,-2\n",
    )
    done = shanhai("allocate", "--scores", files["scores"], "--resources", files["resources"],
                   "--lang", "en")  # fmt: skip
    assert done.status == 2 and done.out == ""
    for said in ("comes twice", "not a finite number", "'-1' is negative", "'-2' is negative",
                 "no 'R9' in"):  # fmt: skip
        assert said in done.err, done.err
    assert "no 'R1' in" not in done.err, "a row with an error of its own is there all the same"


def test_a_header_without_rows_is_refused_whichever_file_it_is(tmp_path: Path) -> None:
    headers = {
        "scores": "enterprise_id,resource_id,score\n", "resources": "id,land_mu,capacity\n",
        "enterprises": "id,land_need_mu\n",
    }  # fmt: skip
    full = {
        "scores": SCORES, "resources": "id,land_mu,capacity\nR1,40,5\nR2,,2\n",
        "enterprises": "id,land_need_mu\nA,1\nB,5\nC,1\n",
    }  # fmt: skip
    for name, header in headers.items():
        files = _write(tmp_path, **{**full, name: header})
        given = [x for option, file in files.items() for x in (f"--{option}", file)]
        done = shanhai("allocate", *given, "--lang", "en")
        assert (done.status, done.out) == (2, "")
        assert f"'{name}.csv' has a header and no rows" in done.err


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_sought(
    tmp_path: Path,
) -> None:
    files = _write(tmp_path, scores="enterprise_id,resource_id,score\nA,R1,9\n")
    folder = tmp_path / "scores.d"
    folder.mkdir()
    read = shanhai("allocate", "--scores", folder, "--lang", "en")
    assert (read.status, read.out) == (2, "") and "name a file in it" in read.err
    ending = tmp_path / "out.csv"
    ending.mkdir()
    written = shanhai("allocate", "--scores", files["scores"], "--out", ending, "--lang", "en")
    assert (written.status, written.out) == (2, "") and "is a folder" in written.err
    assert not list(ending.iterdir())


def test_a_time_limit_that_is_no_finite_number_is_refused_as_such(tmp_path: Path) -> None:
    files = _write(tmp_path, scores="enterprise_id,resource_id,score\nA,R1,9\n")
    for value in ("nan", "1e400", "inf"):
        done = shanhai("allocate", "--scores", files["scores"], "--time-limit", value,
                       "--lang", "en")  # fmt: skip
        assert done.status == 2 and "no finite number" in done.err and value in done.err


def test_options_that_would_be_passed_over_are_refused(tmp_path: Path) -> None:
    files = _write(tmp_path, scores=SCORES)
    for given in (
        ["--resources", files["scores"]],
        ["--scores", files["scores"], "--value", "jobs"],
        ["--scores", files["scores"], "--time-limit", "-1"],
    ):
        done = shanhai("allocate", *given, lang="en")
        assert done.status == 2 and done.out == "" and "--" in done.err
