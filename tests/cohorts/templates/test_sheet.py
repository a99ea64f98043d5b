"""An SOP from a spreadsheet: a verdict for every row."""

from pathlib import Path

import pytest
from django.conf import settings

from cohorts.services.templates import dump, sheet, sheet_when
from cohorts.services.templates.document import parse
from community.services.roster import cells
from community.services.roster.reading import UnreadableFile

pytestmark = pytest.mark.usefixtures("in_english")

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data" / "sop.csv"
ROLES = {cells.folded(word): role for role, words in sheet.ROLES.items() for word in words}
MAPPED = ROLES | {"技术": "assistant", "讲师": "presenter", "项目人": "lead", "学员": ""}
HEAD = "阶段,步骤,时间,负责人角色,怎么做,注意,完成标准,资源链接,话术\n"


def read(rows: str, roles=MAPPED):
    return sheet.read((HEAD + rows).encode(), span=None, roles=roles)


@pytest.mark.parametrize(
    "cell, due, minutes",
    [
        ("D-3 09:00", "opening-3 09:00", 0),
        ("D1 20:00", "D1 20:00", 0),
        ("Ｄ４ １０：００", "D4 10:00", 0),
        ("每天 21:00", "daily 21:00", 0),
        ("每天 7点半", "daily 07:30", 0),
        ("每天 12:00-13:00", "daily 13:00", 60),
        ("开营前1天 19:30", "opening-1 19:30", 0),
        ("开营前2天", "opening-2 09:00", 0),
        ("结营后1天 10:00", "closing+1 10:00", 0),
        ("第3天 晚上8点", "D3 20:00", 0),
        ("daily 8:05", "daily 08:05", 0),
    ],
)
def test_what_people_write_for_a_time_is_read_as_meant(cell, due, minutes):
    found = sheet_when.read(cell, closing_days=1)

    assert (found.due, found.minutes) == (due, minutes)


def test_after_the_closing_counts_from_the_last_day_of_the_course_where_none_is_set_apart():
    assert sheet_when.read("结营后1天 10:00", closing_days=0).due == "closing 10:00"
    assert sheet_when.read("结营后3天 20:00", closing_days=0).due == "closing+2 20:00"


@pytest.mark.parametrize(
    "cell, reason",
    [
        ("", "It does not say when"),
        ("D8 25:00", "there is no 25:00"),
        ("D8 12:61", "there is no 12:61"),
        ("D0 09:00", "There is no D0"),
        ("下周三", "names no day"),
        ("D3 9:00 10:00", "more than one time"),
        ("D3 13:00-12:00", "more than one time"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(cell, reason):
    with pytest.raises(sheet_when.UnreadableWhen, match=reason):
        sheet_when.read(cell, closing_days=1)


def test_the_phase_of_a_block_stands_in_its_first_row():
    found = read(
        "预备期,建群,D-1 09:00,主理人,,,,,\n,写公告,D-1 10:00,助教,,,,,\n结营,发奖,D2 20:00,主持,,,,,\n"
    )

    assert [row.step["phase"] for row in found.rows] == ["preparation", "preparation", "closing"]


def test_one_slip_does_not_make_the_camp_longer():
    rows = "".join(f"开课期,第{n}步,D14 10:00,助教,,,,,\n" for n in range(2))
    found = read(rows + ",加餐,D20 20:00,助教,,,,,\n")

    assert found.span.days == 14
    assert [row.reason for row in found.refused] == ["D20 does not exist: the course has 14 days."]


def test_a_role_that_nobody_has_mapped_is_asked_for_once():
    found = read(",测试,D1 09:00,技术,,,,,\n,再测,D1 10:00,技术,,,,,\n", roles=ROLES)

    assert found.unknown_roles == ["技术"]


def test_a_role_that_is_left_out_says_so_in_its_rows():
    found = read(",交实操,D1 09:00,学员,,,,,\n")

    assert [row.reason for row in found.rows] == [
        "“学员” is nobody of the staff, so the row is left out."
    ]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n", "甲,乙\n1,2\n".encode()])
def test_a_wrong_file_is_refused_in_words(content):
    with pytest.raises(UnreadableFile):
        sheet.read(content, span=None, roles=MAPPED)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared input files are not here")
def test_a_real_sheet_gives_each_row_its_verdict():
    found = sheet.read(SHARED.read_bytes(), span=None, roles=ROLES)
    assert found.unknown_roles == ["技术", "讲师", "项目人", "学员"]

    found = sheet.read(SHARED.read_bytes(), span=None, roles=MAPPED)
    assert len(found.rows) == 35
    assert (found.span.preparation_days, found.span.days, found.span.closing_days) == (3, 14, 0)
    # Physical lines: the header is line 1, so row n of the list stands in line n + 1.
    refused = {row.line: (row.title, row.when, row.reason) for row in found.refused}
    assert set(refused) == {27, 30, 31}
    assert refused[27][:2] == ("夜间值班", "D8 25:00")
    assert refused[31][:2] == ("加餐课", "D20 20:00")
    assert "there is no 25:00" in refused[27][2]
    assert "D20 does not exist" in refused[31][2]
    assert refused[30][0] == "交实操"  # by a learner, who is nobody of the staff
    odd = {row.line for row in found.rows if row.notes}
    assert {12, 13, 17, 18, 35, 36} <= odd
    daily = [row for row in found.usable if row.step["due"].startswith("daily")]
    assert len(daily) == 8
    assert "动做" in found.rows[6].script["text"]  # typing errors are the writer's

    document = sheet.document(
        found, key="from-sheet", title="来自表格", language="zh-hans", name="sop.csv"
    )
    assert len(document.data["steps"]) == 32
    text = dump.dump(document)
    assert parse(text, "x") == document
