"""Bytes to rows: encodings, separators, sheets, and what is refused in which words."""

import datetime as dt
import io
import zipfile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.models.contact import normalise_phone
from community.services.roster import cells, header, judging, reading, workbook
from community.services.roster.reading import UnreadableFile
from tests.community.roster.helpers import HEAD, data, text
from tests.community.roster.helpers import workbook as make_workbook

ROW = ["阿禾", "19000000001", "he@example.org", "大理", "木匠", "会修桌子", "学剪辑", "会做饭"]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(file: bytes):
    """(header, rows) of a file, with no database."""
    return header.find(judging.table_of(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_encodings_are_recognised(encoding):
    _head, rows = read(text([ROW]).encode(encoding))

    assert list(rows[0].cells) == ROW


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，", "|"])
def test_separators_are_recognised(delimiter):
    file = "\n".join(delimiter.join(row) for row in (HEAD, ROW)).encode()

    assert list(read(file)[1][0].cells) == ROW


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_line_numbers_are_those_of_the_file(ending):
    lines = ["某某营 2026", "", ",".join(HEAD), ",".join(ROW), ",,,", ",".join(ROW)]

    head, rows = read(ending.join(lines).encode())

    assert head.line == 3
    assert [row.line for row in rows] == [4, 6]
    assert head.year == 2026


def test_a_record_of_several_lines_counts_from_its_first():
    rows = read(data([[*ROW[:5], "一\n二\n三", *ROW[6:]], ROW]))[1]

    assert [row.line for row in rows] == [2, 5]


@pytest.mark.parametrize(
    "file, says",
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"%PDF-1.4", "another kind of file"),
        (b"\x89PNG\r\n", "another kind of file"),
        (b"\xd0\xcf\x11\xe0\xa1", "old Excel"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"<html><table><tr><td>x</td></tr></table>", "web page"),
        (bytes(range(32)) * 40, "another kind of file"),
        (b"\xff\xff\xff\xfe\xfe\x80\x80" * 9, "cannot be read"),
        ("随便,写点,什么\n第二行,x,y\n".encode(), "No row names the columns"),
        ("姓名,手机号\n王,19000000001\n".encode(), "昵称"),
        (",".join(HEAD).encode(), "there is nobody"),
        (data([[*ROW[:5], '"', *ROW[6:]]]).replace(b'""""', b'"') + b"\n" * 300, "never closed"),
        (b"x" * (reading.MAX_BYTES + 1), "a list may have 5 MB"),
        (
            (",".join(HEAD) + "\n" + "a,b\n" * (reading.MAX_ROWS + 2)).encode(),
            "more than 20000 rows",
        ),
        ((",".join(HEAD) + "\n" + "a," * 200 + "a\n").encode(), "more than 100 columns"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(file, says):
    with pytest.raises(UnreadableFile, match=says) as refused:
        read(file)

    assert refused.value.field == "file"
    assert str(refused.value).count(".") >= 1


def test_headings_are_found_under_many_names_and_dresses():
    names = [
        "序号",
        "* 昵 称：",
        "联系电话(必填)",
        "E-mail",
        "　所在城市　",
        "工作",
        "简介",
        "我想要",
        "擅长",
    ]

    head, _rows = read(data([["1", *ROW]], head=names))

    assert {kind: columns[0] for kind, columns in head.columns.items()} == {
        "nickname": 1,
        "phone": 2,
        "email": 3,
        "place": 4,
        "occupation": 5,
        "sentence": 6,
        "needs": 7,
        "offers": 8,
    }
    assert head.left_out() == ["序号"]


def test_the_wechat_name_counts_only_without_a_nickname():
    both, _ = read(data([["a", "b", "1"]], head=["微信昵称", "昵称", "手机号"]))
    one, _ = read(data([["a", "1"]], head=["微信昵称", "手机号"]))

    assert both.columns["nickname"] == (1,)
    assert one.columns["nickname"] == (0,)


def test_a_second_column_of_a_kind_fills_in():
    head, rows = read(data([["a", "", "19000000001"]], head=["昵称", "手机号", "联系电话"]))

    assert head.cells(rows[0], "phone") == "19000000001"


def test_headings_printed_again_are_nobody():
    assert len(read(data([ROW, HEAD, ROW]))[1]) == 2


def test_sheets_hidden_columns_and_numbers():
    def change(sheet, book):
        sheet["B2"] = 19000000001
        sheet["J1"], sheet["J2"] = "备注", "秘密"
        sheet.column_dimensions["J"].hidden = True
        sheet["K1"], sheet["K2"] = "报名时间", dt.datetime(2026, 10, 19, 15, 50)  # noqa: DTZ001
        other = book.create_sheet("说明", 0)
        other["A1"] = "先读这里"
        hidden = book.create_sheet("旧名单", 0)
        hidden.append(HEAD)
        hidden.append(["旧人", *ROW[1:]])
        hidden.sheet_state = "hidden"
        book.active = 0

    table = judging.table_of(make_workbook([ROW], change=change))
    head, rows = header.find(table)

    assert [row.cells[0] for row in rows] == ["阿禾"]
    assert rows[0].cells[1] == "19000000001"
    assert "秘密" not in str(rows) + str(head)
    assert table.hidden_with_text == 1
    assert head.cells(rows[0], "joined") == "2026-10-19 15:50:00"
    assert set(table.other_sheets) == {"说明", "旧名单"}


def test_a_formula_gives_its_result_or_else_its_text():
    def change(sheet, book):
        sheet["F2"] = '=HYPERLINK("http://example.com","我")'

    (row,) = read(make_workbook([ROW], change=change))[1]

    assert row.cells[5] == '=HYPERLINK("http://example.com","我")'
    assert row.formulas == {5}


def test_a_sheet_that_becomes_too_large_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)

    with pytest.raises(UnreadableFile, match="larger than"):
        read(make_workbook([ROW]))


def test_a_real_bomb_is_refused_in_little_memory():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(70):
                part.write(b"\0" * 1024 * 1024)

    assert len(out.getvalue()) < reading.MAX_BYTES
    with pytest.raises(UnreadableFile, match="larger than"):
        read(out.getvalue())


def test_a_packed_file_that_is_no_workbook_is_named():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("list.csv", "昵称")

    with pytest.raises(UnreadableFile, match="no Excel file"):
        read(out.getvalue())


def test_a_cell_far_below_does_not_make_a_million_rows():
    def change(sheet, book):
        sheet.cell(1_000_000, 1, "走失的一格")

    assert len(read(make_workbook([ROW], change=change))[1]) == 1


@pytest.mark.parametrize(
    "written, number",
    [
        ("19000000001", "19000000001"),
        ("190-0000-0001", "19000000001"),
        (" 190 0000 0001", "19000000001"),
        ("+86 19000000001", "19000000001"),
        ("008619000000001", "19000000001"),
        ("86-190-0000-0001", "19000000001"),
        ("１９０００００００１１", "19000000011"),
        ("'19000000001", "19000000001"),
        ('="19000000001"', "19000000001"),
        ("19000000001.0", "19000000001"),
        ("1.9000000001E+10", "19000000001"),
        ("0571-88886666", "057188886666"),
        ("+852 5123 4567", "+85251234567"),
        ("1.90E+10", ""),
        ("1900000001", ""),
        ("190000000012", ""),
        ("12000000001", ""),
        ("微信同号", ""),
        ("", ""),
    ],
)
def test_phone_numbers(written, number):
    assert cells.phone(written) == number


@pytest.mark.parametrize(
    "written, mangled",
    [("1.90E+10", True), ("1.9e10", True), ("１.90Ｅ+10", True), ("1.9000000001E+10", False),
     ("19000000001", False), ("E", False)],
)  # fmt: skip
def test_mangled_numbers(written, mangled):
    assert cells.is_mangled(written) is mangled


@given(st.text(max_size=40))
def test_a_phone_number_is_never_made_out_of_fewer_digits(written):
    number = normalise_phone(written)

    assert number == "" or 8 <= sum(char.isdigit() for char in number) <= 15
    assert cells.phone(number) == number


@pytest.mark.parametrize(
    "written, words",
    [
        ("会做饭、会修车", ("会做饭", "会修车")),
        ("会做饭，会修车；写字/画画", ("会做饭", "会修车", "写字", "画画")),
        ("能教Excel 会理发", ("能教Excel", "会理发")),
        ("video editing, cooking", ("video editing", "cooking")),
        ("video editing", ("video editing",)),
        ("会做饭、会做饭", ("会做饭",)),
        ("无", ()),
        ("、、", ()),
    ],
)
def test_lists_of_words(written, words):
    assert cells.tags(written) == words


@pytest.mark.parametrize(
    "written, moment",
    [
        ("2026/11/1", (2026, 11, 1, 0, 0, 0)),
        ("2026-11-01 8:05", (2026, 11, 1, 8, 5, 0)),
        ("2026-11-01 08:05:09", (2026, 11, 1, 8, 5, 9)),
        ("2026年11月1日 8时5分", (2026, 11, 1, 8, 5, 0)),
        ("11月1日", (2025, 11, 1, 0, 0, 0)),
        ("2026.11.1", (2026, 11, 1, 0, 0, 0)),
        ("46327", (2026, 11, 1, 0, 0, 0)),
        ("２０２６/１１/１", (2026, 11, 1, 0, 0, 0)),
    ],
)
def test_dates(written, moment):
    found = cells.moment(written, year=2025, zone=SHANGHAI)

    assert found == dt.datetime(*moment, tzinfo=SHANGHAI)


@pytest.mark.parametrize("written", ["", "昨天", "2026-13-01", "2月30日", "1", "2026-02-30 25:00"])
def test_what_is_no_date(written):
    assert cells.moment(written, year=2026, zone=SHANGHAI) is None


def test_joined_emoji_survive_and_unseen_characters_do_not():
    assert cells.visible("石榴👩‍🌾\u200b ") == "石榴👩‍🌾"
    assert cells.folded("Ａ\u200bb　C") == "abc"
    assert cells.one_line("一\n二") == "一 二"
    assert cells.visible("一\r\n 二 ") == "一\n二"


@pytest.mark.parametrize(
    "text_", ["=1+1", "@SUM(A1)", "+1", "-小刀-", "\t=1", " =1", "＝1+1", "\r=1"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text_):
    assert cells.neutral(text_) == f"'{text_}"


def test_other_text_stays_as_it_is():
    assert cells.neutral("先写字再说 -2") == "先写字再说 -2"


def test_workbooks_are_read_like_their_csv_twin():
    rows = [ROW, ["小鹿", *ROW[1:]]]

    assert [row.cells[:8] for row in read(make_workbook(rows))[1]] == [tuple(row) for row in rows]
