"""The two lists of the data set that comes with the task, class by class against its answer key.

Skipped where the data set is not beside the project.
"""

from pathlib import Path

import pytest
from django.conf import settings

from community.models import Introduction, Member, MemberPhone
from community.services.roster import cells, judging, runs
from tests.community.roster.helpers import bring_in, codes, open_space, owner_of, verdicts

pytestmark = pytest.mark.django_db
DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data set is not here")

# Class -> (its lines, what every one of its rows must have: a note, or a verdict).
NOTED = {
    "email_invalid": ({253, 311, 380}, "email_invalid"),
    "phone_10_digits": ({196, 252}, "phone_incomplete"),
    "phone_excel_mangled": (
        {28, 134, 154, 163, 182, 332, 334, 396, 398, 497},
        "phone_mangled",
    ),
    "no_phone_no_email": ({211, 285}, "no_contact"),
    "nickname_missing": ({148, 479}, "no_nickname"),
    "too_few_columns": ({150, 284, 492}, "too_few_cells"),
    "too_many_columns": ({58, 128, 516}, "too_many_cells"),
    "intro_3000_chars": ({469}, "sentence_too_long"),
    "formula_like": ({174, 224, 245, 248, 259, 375, 381, 393}, "formula_like"),
    "exact_duplicate": ({99, 103, 453, 511}, "same_row"),
    "same_email_other_case": ({165, 237, 274, 364, 446, 521}, "same_email"),
    "same_phone": ({250, 269, 280, 413, 472, 508}, "same_phone"),
}
COPIES = {
    99: 71, 103: 85, 165: 114, 237: 143, 250: 139, 269: 26, 274: 209, 280: 52, 364: 88,
    413: 62, 446: 152, 453: 452, 472: 378, 508: 407, 511: 496, 521: 409,
}  # fmt: skip
DALI = {
    "大理": {50, 87, 180, 206, 251, 350, 417, 484},
    "大理市": {54, 110, 181, 215, 256, 356, 437, 486},
    "大理州": {60, 133, 192, 228, 266, 369, 443, 493},
    "云南大理": {78, 147, 193, 234, 271, 395, 474, 509},
    "Dali": {86, 153, 200, 236, 344, 397, 483, 520},
}
# Rows that are untidy and not wrong: what they become, by line.
TIDIED = {
    "email_fullwidth": {13, 101, 307, 325, 427},
    "zero_width_in_email": {214, 403},
    "phone_dashes": {
        63, 64, 91, 119, 159, 210, 218, 221, 241, 255, 257, 261, 328, 337, 347, 359, 362, 423,
        449, 450, 476, 495, 512, 515, 519,
    },
    "phone_fullwidth": {171, 194, 195, 239, 242, 300, 374, 402, 456, 458, 463, 485},
    "phone_plus86": {31, 43, 79, 104, 136, 205, 233, 287, 289, 365, 366, 404, 412, 505, 507},
    "phone_spaces": {
        38, 66, 84, 112, 121, 127, 172, 173, 184, 220, 230, 301, 304, 317, 327, 353, 361, 371,
        376, 392, 414, 434, 487, 522, 523,
    },
}  # fmt: skip
WITHOUT_EMAIL = {44, 164, 175, 207, 226, 313, 354, 377, 399, 420, 424, 455, 489, 504}
WITHOUT_PHONE = {49, 61, 102, 144, 179, 203, 246, 270, 513}
SEVERAL_LINES = {55, 80, 92, 108, 117, 137, 177, 275, 382, 430, 447, 498}


@pytest.fixture
def space():
    return open_space()


@pytest.fixture
def csv_file():
    return (DATA / "roster.csv").read_bytes()


@pytest.fixture
def judged(space, csv_file):
    return {row.line: row for row in judging.judge(judging.table_of(csv_file), space).rows}


@needs_data
def test_csv_has_every_planted_fault_and_no_other(judged):
    found = {}
    for line, row in judged.items():
        for code, _figures in row.notes:
            found.setdefault(code, set()).add(line)

    assert found == {code: lines for lines, code in NOTED.values()}


@needs_data
def test_csv_names_the_original_of_every_copy(judged):
    same = {line: row.of_line for line, row in judged.items() if row.verdict == "same"}

    assert same == COPIES


@needs_data
def test_csv_comes_to_484_people_less_the_two_without_a_nickname(judged, space, csv_file):
    judgement = judging.judge(judging.table_of(csv_file), space)
    counts = judgement.counts()

    assert judgement.encoding == "gb18030"
    assert judgement.skipped_totals == [526]
    assert counts["rows"] == 500
    assert counts["same"] == 16
    assert counts["reject"] == 2
    assert counts["people"] == counts["new"] == 484 - 2
    assert not {167, 197, 342, 372, 442, 526} & set(judged)


@needs_data
def test_csv_knows_dali_and_hangzhou_under_all_their_names(judged):
    dali = {line for line, row in judged.items() if row.person.place_code == "532900"}
    hangzhou = [row for row in judged.values() if row.person.place_code == "330100"]
    unknown = [row.person.place_text for row in judged.values() if row.person.place_text]

    assert dali == set().union(*DALI.values())
    assert len(hangzhou) > 8
    assert unknown == []
    assert judged[240].person.place_code
    assert judged[473].person.place_code


@needs_data
def test_csv_rows_that_are_only_untidy_are_whole(judged):
    for line in TIDIED["email_fullwidth"] | TIDIED["zero_width_in_email"]:
        assert judged[line].person.email.isascii()
        assert "@example." in judged[line].person.email
    for name in ("phone_dashes", "phone_fullwidth", "phone_plus86", "phone_spaces"):
        for line in TIDIED[name]:
            assert judged[line].person.phone.startswith("1900000")
            assert len(judged[line].person.phone) == 11
    for line in WITHOUT_EMAIL:
        assert (judged[line].person.email, judged[line].warned) == ("", False)
    for line in WITHOUT_PHONE:
        assert judged[line].person.phone == ""
        assert judged[line].person.email
    for line in SEVERAL_LINES:
        assert "\n" in judged[line].person.sentence


@needs_data
def test_csv_keeps_rare_characters_joined_emoji_and_script_as_text(judged):
    assert judged[339].person.nickname
    assert any(ord(char) > 0xFFFF for char in judged[339].person.nickname)
    assert judged[99].person.nickname == "胖石榴👩‍🌾"
    assert judged[283].person.nickname == '<script>alert("早上好")</script>小米'
    assert judged[381].person.nickname == "=^_^="
    assert judged[259].person.sentence == "@SUM(1+1)*2"
    assert judged[189].person.nickname == "半路的橘子69"
    assert judged[322].person.nickname == "老木匠🌱"
    assert len(judged[469].person.sentence) == 3000


@needs_data
def test_csv_dates_without_a_year_take_the_title_s(judged):
    assert judged[15].person.joined_at.strftime("%Y-%m-%d %z") == "2026-10-22 +0800"
    assert all(row.person.joined_at for line, row in judged.items() if line not in {150, 284, 492})


@needs_data
def test_csv_becomes_people_and_again_changes_nothing(space, csv_file):
    roster = bring_in(space, csv_file, "roster.csv")
    people = Member.objects.filter(memberships__space=space, state="unclaimed")
    stamp = sorted(Introduction.objects.values_list("pk", "draft_saved_at"))

    again = bring_in(space, csv_file, "roster.csv")

    assert roster.state == "done"
    assert people.count() == 482
    assert people.filter(email=None).count() == 14 + 3 + 2
    # Nine rows have none, ten are mangled, two too short, two say nothing at all; one of these gets
    # none from a copy either.
    assert MemberPhone.objects.count() == 482 - 9 - 10 - 2 - 2
    assert Introduction.objects.filter(published_at=None).count() == 482
    assert again.counts["unchanged"] == 482
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    assert people.count() == 482
    assert sorted(Introduction.objects.values_list("pk", "draft_saved_at")) == stamp


@needs_data
def test_xlsx_comes_to_198_people_and_leaves_the_hidden_column(space):
    file = (DATA / "roster.xlsx").read_bytes()

    roster = runs.upload(space=space, by=owner_of(space), name="roster.xlsx", data=file)

    assert roster.counts["people"] == 198
    assert {line for line, verdict in verdicts(roster).items() if verdict == "same"} == {61, 137}
    assert dict(roster.rows.filter(verdict="same").values_list("line", "of_line")) == {
        61: 30,
        137: 106,
    }
    assert codes(roster)[94] == {"formula_like", "formula_unsolved"}
    assert roster.columns["hidden"] == 1
    assert roster.columns["other_sheets"] == ["说明"]
    assert "内部备注" not in str(roster.columns)
    rows = judging.read_table(judging.table_of(file), space).rows
    assert not any("退营" in cell or "押金" in cell for row in rows for cell in row.record.cells)
    assert all(len(row.person.phone) == 11 for row in rows)
    assert all(row.person.joined_at for row in rows)
    assert cells.looks_like_formula(rows[90].person.sentence)
