"""A list as a file: numbers are numbers, texts are harmless, the same list gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from api.reports import FILE_FORMATS, FileFormat, match_file, pair_file
from api.reports.match_csv import harmless
from features.language import LANGUAGES, Language
from matcher.match_list import STAGES, Match, Reason
from tests.handmade_lists import BARRED, COUNTY, EMPTY, HARMFUL, LIST, MADE

languages = pytest.mark.parametrize("lang", LANGUAGES)


def csv_rows(made: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def workbook(made: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made))


def heads(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


@languages
@pytest.mark.parametrize("form", FILE_FORMATS)
def test_the_same_list_gives_the_same_bytes(form: FileFormat, lang: Language) -> None:
    assert match_file(LIST, form, MADE, lang) == match_file(LIST, form, MADE, lang)
    assert match_file(EMPTY, form, MADE, lang) == match_file(EMPTY, form, MADE, lang)


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_no_part_of_an_office_file_bears_the_time_of_day(form: FileFormat) -> None:
    with zipfile.ZipFile(io.BytesIO(match_file(LIST, form, MADE, "zh"))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2009-07-01T08:00:00Z") == 2


@languages
@pytest.mark.parametrize("form", FILE_FORMATS)
def test_contacts_stand_in_files_only_when_asked_for(form: FileFormat, lang: Language) -> None:
    def said(contacts: bool) -> str:
        made = match_file(LIST, form, MADE, lang, contacts=contacts)
        if form in ("json", "csv"):
            return made.decode()
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            return "".join(parts.read(part).decode("utf-8", "ignore") for part in parts.namelist())

    assert "0571-00000000" not in said(contacts=False)
    assert ("0571-00000000" in said(contacts=True)) == (form != "json")


def test_json_is_the_contract_with_how_it_was_made_beside_it() -> None:
    document = json.loads(match_file(LIST, "json", MADE, "zh"))
    about = document.pop("about")
    assert document == json.loads(json.dumps(LIST.as_dict(MADE.generated_at)))
    assert about == {"filters": LIST.filters, "made_by": "wang", "made_up": True}


_FIGURES = st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.fixed_dictionaries({"zh": st.text(max_size=5), "en": st.text(max_size=5)})
_MATCHES = st.builds(
    Match,
    rank=st.integers(1, 1000), candidate_id=st.text(), name=st.text(),
    region=st.none() | st.text(), region_name=_TEXTS, score=_FIGURES, base=_FIGURES,
    other=_FIGURES,
    probability=st.fixed_dictionaries(dict.fromkeys(STAGES, _FIGURES)),
    interval=st.dictionaries(st.sampled_from(STAGES), st.tuples(_FIGURES, _FIGURES)),
    expected_investment_wan=st.none() | st.floats(), paired=st.booleans(),
    distance_km=st.none() | st.floats(), known=st.none() | st.text(), via=st.none() | st.text(),
    terms=st.dictionaries(
        st.text(), st.none() | st.integers() | st.floats() | st.text() | st.dates()
        | st.lists(st.text(), max_size=2).map(tuple), max_size=3,
    ),
    reasons=st.lists(st.builds(Reason, st.text(), _FIGURES, _TEXTS), max_size=3).map(tuple),
    cautions=st.lists(st.tuples(st.text(), _TEXTS), max_size=2).map(tuple),
    improve=st.lists(_TEXTS, max_size=2).map(tuple),
)  # fmt: skip


@given(st.lists(_MATCHES, max_size=3))
def test_each_match_as_json_is_what_the_encoder_makes_of_it(matches: list[Match]) -> None:
    plain = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    made = match_file(replace(LIST, matches=tuple(matches)), "json", MADE, "zh").decode()
    for match in matches:
        assert f"  {plain(match.as_dict())}" in made
    assert json.loads(made)["matches"] == json.loads(plain([m.as_dict() for m in matches]))


@pytest.mark.parametrize("part", ["score", "base", "other"])
def test_a_figure_that_json_cannot_say_is_an_error_and_not_a_word(part: str) -> None:
    for figure in (float("nan"), float("inf")):
        broken = replace(LIST, matches=(replace(COUNTY, **{part: figure}),))
        with pytest.raises(ValueError):
            match_file(broken, "json", MADE, "zh")


def test_a_barred_pair_as_json_has_its_reasons_in_both_languages() -> None:
    document = json.loads(pair_file(BARRED, "json", MADE, "zh"))
    assert document["possible"] is False
    assert document["barred"] == [{"code": "pollution", "text": BARRED.barred[0][1]}]


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_a_barred_pair_can_be_had_in_every_format(form: FileFormat) -> None:
    assert pair_file(BARRED, form, MADE, "en")


def test_csv_begins_with_its_header_and_excel_reads_it_as_utf_8() -> None:
    made = match_file(LIST, "csv", MADE, "zh")
    assert made.startswith(b"\xef\xbb\xbfrank,candidate_id,name,")
    first, second = csv_rows(made)
    assert first["name"] == COUNTY.name
    assert float(first["p_signed"]) == 0.17
    assert float(first["land_price_wan_per_mu"]) == 8.5
    assert (first["paired"], second["paired"]) == ("true", "false")
    assert (second["distance_km"], second["region"], second["expected_investment_wan"]) == ("",) * 3
    assert second["known"] == "declined"


def test_every_csv_row_says_how_the_list_was_made() -> None:
    for row in csv_rows(match_file(LIST, "csv", MADE, "en")):
        assert row["model"] == "m-1"
        assert row["as_of"] == "2009-06-30"
        assert row["made_by"] == "wang"
        assert row["made_up"] == "true"
        assert json.loads(row["filters"]) == LIST.filters


@pytest.mark.parametrize("text", ["=1+1", "+8613", "-1", "@a", "\tx", "＝1"])
def test_csv_text_that_looks_like_a_formula_is_neutralised(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("山海协作") == "山海协作"


def test_a_harmful_name_is_no_formula_in_csv() -> None:
    assert csv_rows(match_file(LIST, "csv", MADE, "zh"))[1]["name"] == f"'{HARMFUL.name}"


def test_a_negative_number_stays_a_number_in_csv() -> None:
    below_zero = replace(LIST, matches=(replace(COUNTY, score=-1.5),))
    [row] = csv_rows(match_file(below_zero, "csv", MADE, "zh"))
    assert row["score"] == "-1.5"


@languages
def test_numbers_in_excel_are_numbers_and_chances_are_formatted(lang: Language) -> None:
    sheet = workbook(match_file(LIST, "xlsx", MADE, lang)).worksheets[0]
    at = heads(sheet)
    wanted = {
        {"zh": "签约可能", "en": "Signing"}[lang]: (0.17, "0.0%"),
        {"zh": "距离（公里）", "en": "Distance (km)"}[lang]: (123.4, "#,##0"),
        {"zh": "地价（万元/亩）", "en": "Land price (10,000 yuan a mu)"}[lang]: (8.5, "#,##0.##"),
        {"zh": "贴息率", "en": "Interest subsidy rate"}[lang]: (0.03, "0.0%"),
    }
    for heading, (value, form) in wanted.items():
        cell = sheet.cell(2, at[heading])
        assert (cell.value, cell.data_type, cell.number_format) == (value, "n", form)


def test_what_is_not_known_is_an_empty_cell_in_excel() -> None:
    sheet = workbook(match_file(LIST, "xlsx", MADE, "zh")).worksheets[0]
    assert sheet.cell(3, heads(sheet)["距离（公里）"]).value is None


def test_a_harmful_name_is_a_text_in_excel() -> None:
    sheet = workbook(match_file(LIST, "xlsx", MADE, "zh")).worksheets[0]
    cell = sheet.cell(3, heads(sheet)["名称"])
    assert (cell.value, cell.data_type) == (HARMFUL.name, "s")
    assert cell.style.startswith("Normal")
    assert cell.quotePrefix


@languages
def test_excel_says_on_its_second_sheet_how_the_list_was_made(lang: Language) -> None:
    book = workbook(match_file(LIST, "xlsx", MADE, lang))
    assert book.worksheets[1].title == {"zh": "说明", "en": "About"}[lang]
    said = "\n".join(
        str(cell) for row in book.worksheets[1].iter_rows(values_only=True) for cell in row if cell
    )
    for wanted in ("m-1", "2009-06-30", "official-2006", "wang", "2009-07-01T08:00:00Z", "20"):
        assert wanted in said
    assert {"zh": "演示数据", "en": "Demonstration data"}[lang] in said


def test_excel_can_be_scrolled_filtered_and_printed() -> None:
    sheet = workbook(match_file(LIST, "xlsx", MADE, "zh")).worksheets[0]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1"
    assert all(sheet.column_dimensions[letter].width > 5 for letter in "ABCDEFGHI")
    assert "演示数据" in sheet.title


@pytest.mark.filterwarnings("error")
def test_a_very_long_name_with_ampersands_still_fits_the_page_header() -> None:
    long = replace(LIST, query={**LIST.query, "name": "A&B" * 66})
    sheet = workbook(match_file(long, "xlsx", MADE, "en")).worksheets[0]
    assert "A&&B" in str(sheet.oddHeader.left.text)
    assert "made up" in str(sheet.oddHeader.right.text)


@languages
def test_reasons_and_cautions_stand_in_excel(lang: Language) -> None:
    sheet = workbook(match_file(LIST, "xlsx", MADE, lang)).worksheets[0]
    at = heads(sheet)
    reasons = sheet.cell(2, at[{"zh": "理由", "en": "Reasons"}[lang]]).value
    assert all(reason.text[lang] in reasons for reason in COUNTY.reasons)
    assert (
        sheet.cell(2, at[{"zh": "注意", "en": "Cautions"}[lang]]).value
        == COUNTY.cautions[0][1][lang]
    )


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_an_empty_list_says_why_in_office_files(form: FileFormat) -> None:
    assert EMPTY.note is not None
    with zipfile.ZipFile(io.BytesIO(match_file(EMPTY, form, MADE, "zh"))) as parts:
        said = "".join(parts.read(p).decode() for p in parts.namelist() if p.endswith(".xml"))
    assert EMPTY.note["zh"] in said


@languages
def test_word_sets_a_chinese_font_wherever_it_sets_a_font(lang: Language) -> None:
    document = docx.Document(io.BytesIO(match_file(LIST, "docx", MADE, lang)))
    used = {p.style.name for p in document.paragraphs} | {"Normal", "Table Grid", "Footer"}
    for name in used:
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体")
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert defaults.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) == "宋体"
    assert defaults.find(f".//{qn('w:lang')}").get(qn("w:eastAsia")) == "zh-CN"


@languages
def test_word_holds_the_list_its_reasons_and_how_it_was_made(lang: Language) -> None:
    document = docx.Document(io.BytesIO(match_file(LIST, "docx", MADE, lang)))
    [table] = document.tables
    assert len(table.rows) == 3
    row = "\n".join(cell.text for cell in table.rows[1].cells)
    for wanted in (COUNTY.name, "17% (12–23%)", COUNTY.reasons[0].text[lang], "R-001"):
        assert wanted in row
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for wanted in ("m-1", "2009-06-30", "official-2006", "wang"):
        assert wanted in said
    assert {"zh": "演示数据", "en": "Demonstration data"}[lang] in said


def test_the_heading_row_of_the_word_table_repeats_on_every_page() -> None:
    document = docx.Document(io.BytesIO(match_file(LIST, "docx", MADE, "zh")))
    assert document.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
