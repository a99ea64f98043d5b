"""From the upload to the last row: what is confirmed is what was shown, and it happens once."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from community import clock
from community.errors import DomainError
from community.models import (
    Introduction,
    Member,
    MemberPhone,
    Membership,
    RoomMembership,
    RosterFile,
    RosterImport,
    RosterRow,
)
from community.models.audit import AuditEvent
from community.models.contact import phone_index
from community.services import answers, members, spaces
from community.services.roster import importing, judging, runs
from tests.community.roster.helpers import (
    HEAD,
    bring_in,
    brought,
    codes,
    data,
    open_space,
    owner_of,
    verdicts,
    workbook,
)
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
HE = [
    "阿禾",
    "19000000001",
    "He@Example.org",
    "云南大理",
    "木匠",
    "会修桌子",
    "学剪辑 改简历",
    "做饭、修车",
]
LU = ["小鹿", "190-0000-0002", "", "某个山村", "", "", "", ""]


@pytest.fixture
def space():
    return open_space()


def upload(space, *rows):
    return runs.upload(space=space, by=owner_of(space), name="list.csv", data=data(rows))


def confirm(roster):
    runs.confirm(roster=roster, by=owner_of(roster.space), digest=roster.digest)


def member(name):
    return Member.objects.get(display_name=name)


def test_a_row_becomes_an_unclaimed_member_with_a_draft(space):
    bring_in(space, data([HE, LU]))

    he = member("阿禾")
    assert (he.state, he.email, he.has_usable_password()) == ("unclaimed", "he@example.org", False)
    assert Membership.objects.get(space=space, member=he).role == "member"
    assert RoomMembership.objects.get(member=he).room.kind == "space"
    draft = Introduction.objects.get(member=he)
    assert draft.published_at is None
    said = answers.answers_of(draft.draft)
    assert (said.nickname, said.occupation, said.line) == ("阿禾", "木匠", "会修桌子")
    assert said.place_code == "532900"
    assert said.labels("offer")[1] == "修车"
    assert [key for key, _ in said.offers] == ["cooking", "修车"]
    assert [key for key, _ in said.needs] == ["cv", "学剪辑"]
    assert answers.answers_of(Introduction.objects.get(member=member("小鹿")).draft).place == (
        "某个山村"
    )


def test_phone_numbers_are_sealed_and_found_by_their_index(space, django_db_blocker):
    bring_in(space, data([HE]))

    phone = MemberPhone.objects.get()
    assert phone.number == "19000000001"
    assert phone.index == phone_index("19000000001")
    raw = MemberPhone.objects.values_list("number", flat=True).get()
    assert "19000000001" not in str(raw)
    file = RosterFile.objects.values_list("content", flat=True).get()
    assert "19000000001" not in str(file)


def test_the_same_list_again_changes_nothing(space):
    bring_in(space, data([HE, LU]))
    before = list(Introduction.objects.values()) + list(MemberPhone.objects.values("index"))

    again = bring_in(space, data([HE, LU]))

    assert verdicts(again) == {2: "unchanged", 3: "unchanged"}
    assert list(Introduction.objects.values()) + list(MemberPhone.objects.values("index")) == before


def test_a_changed_row_changes_the_draft_of_an_unclaimed_account(space):
    bring_in(space, data([HE, LU]))

    again = bring_in(space, data([[*HE[:4], "裁缝", *HE[5:]], ["鹿儿", *LU[1:]]]))

    assert verdicts(again) == {2: "changed", 3: "changed"}
    assert Introduction.objects.get(member=member("阿禾")).draft["fields"]["occupation"] == "裁缝"
    assert member("鹿儿").phone.number == "19000000002"
    assert Member.objects.filter(state="unclaimed").count() == 2


def test_an_account_that_was_claimed_keeps_its_own_words(space):
    bring_in(space, data([HE]))
    he = member("阿禾")
    members.claim(member=he, agreed=[], locale="en")
    before = Introduction.objects.get(member=he).draft

    again = bring_in(space, data([["另一个名字", HE[1], HE[2], "", "裁缝", "", "", ""]]))

    assert verdicts(again) == {2: "unchanged"}
    assert codes(again)[2] >= {"here_by_email", "her_own_words"}
    assert member("阿禾") == he
    assert Introduction.objects.get(member=he).draft == before


def test_somebody_with_an_account_elsewhere_comes_in_as_she_is(space):
    her = MemberFactory(email="he@example.org", display_name="Her own name")

    preview = upload(space, HE)
    assert verdicts(preview) == {2: "new"}  # a list is no way to ask who has an account
    bring_in(space, data([HE]))

    her.refresh_from_db()
    assert her.display_name == "Her own name"
    assert her.state == "active"
    assert Membership.objects.active().filter(space=space, member=her).exists()
    assert not Introduction.objects.filter(member=her).exists()
    assert not MemberPhone.objects.filter(member=her).exists()


@pytest.mark.parametrize("how, code", [("leave", "left_the_space"), ("suspend", "suspended")])
def test_a_list_brings_nobody_back(space, how, code):
    her = MemberFactory(email="he@example.org")
    spaces.join(space=space, member=her)
    if how == "leave":
        spaces.leave(space=space, member=her)
    else:
        spaces.suspend(space=space, member=her, by=owner_of(space))

    roster = bring_in(space, data([HE, LU]))

    assert verdicts(roster) == {2: "reject", 3: "new"}
    assert code in codes(roster)[2]
    assert not Membership.objects.active().filter(space=space, member=her).exists()


def test_two_e_mails_with_one_phone_are_two_people(space):
    other = ["阿和", HE[1], "other@example.org", *[""] * 5]
    nobody = ["谁", HE[1], "", *[""] * 5]

    roster = bring_in(space, data([HE, other, nobody]))

    assert verdicts(roster) == {2: "new", 3: "new", 4: "reject"}
    assert "phone_shared" in codes(roster)[3]
    assert codes(roster)[4] == {"several_people"}
    again = bring_in(space, data([HE, other, nobody]))
    assert verdicts(again) == {2: "unchanged", 3: "unchanged", 4: "reject"}


def test_a_mangled_phone_never_makes_two_people_one(space):
    rows = [[f"人{n}", "1.90E+10", f"p{n}@example.org", *[""] * 5] for n in range(3)]

    roster = bring_in(space, data(rows))

    assert set(verdicts(roster).values()) == {"new"}
    assert all(found == {"phone_mangled"} for found in codes(roster).values())
    assert not MemberPhone.objects.exists()


def test_a_copy_fills_in_what_the_first_row_left_empty(space):
    first = ["小鹿", "19000000002", "", "", "木匠", "", "", ""]
    copy = ["鹿本人", "19000000002", "lu@example.org", "大理", "裁缝", "", "", ""]

    bring_in(space, data([first, copy]))

    lu = member("小鹿")
    assert lu.email == "lu@example.org"
    fields = Introduction.objects.get(member=lu).draft["fields"]
    assert (fields["occupation"], fields["place"]) == ("木匠", "云南大理")
    assert RosterRow.objects.get(line=3).member == lu


def test_somebody_without_any_address_is_known_again_by_her_row(space):
    nobody = ["无名", "", "", "大理", "木匠", "", "", ""]

    first = bring_in(space, data([nobody, nobody]))
    again = bring_in(space, data([nobody]))

    assert verdicts(first) == {2: "new", 3: "same"}
    assert codes(first)[2] == {"no_contact"}
    assert verdicts(again) == {2: "unchanged"}
    assert Member.objects.filter(display_name="无名").count() == 1


def test_confirm_refuses_when_the_people_of_the_space_have_changed(space):
    roster = upload(space, HE, LU)
    spaces.join(space=space, member=MemberFactory(email="he@example.org"))

    with pytest.raises(DomainError, match="have changed since this preview"):
        confirm(roster)

    roster.refresh_from_db()
    assert roster.state == "previewed"
    assert verdicts(roster) == {2: "unchanged", 3: "new"}
    confirm(roster)
    importing.work()
    assert brought(space) == {"小鹿"}


def test_confirm_refuses_a_file_that_is_not_the_one_that_was_shown(space):
    roster = upload(space, HE)
    file = RosterFile.objects.get()
    file.content = RosterFile.pack(judging.table_of(data([LU])).to_bytes())
    file.save()

    with pytest.raises(DomainError, match="not the one that was looked at"):
        confirm(roster)

    assert brought(space) == set()


def test_confirming_twice_is_refused_and_imports_once(space):
    roster = upload(space, HE)
    stale = RosterImport.objects.get(pk=roster.pk)
    confirm(roster)

    with pytest.raises(DomainError, match="already further"):
        confirm(stale)
    importing.work()
    importing.work()

    assert Member.objects.filter(display_name="阿禾").count() == 1


def test_a_worker_that_dies_loses_no_row_and_doubles_none(space, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    people = [[f"人{n}", f"1900000{n:04}", "", *[""] * 5] for n in range(5)]
    roster = upload(space, *people)
    confirm(roster)
    write, calls = importing._write, []

    def die_in_the_second_batch(*args):
        calls.append(1)
        write(*args)
        if len(calls) == 2:
            raise KeyboardInterrupt  # as a worker that is killed: nothing handles it

    monkeypatch.setattr(importing, "_write", die_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        importing.work()
    roster.refresh_from_db()
    assert (roster.state, roster.rows_done) == ("importing", 2)
    assert len(brought(space)) == 2
    importing.work()

    roster.refresh_from_db()
    assert (roster.state, roster.rows_done, roster.rows_total) == ("done", 5, 5)
    assert Member.objects.filter(state="unclaimed").count() == 5


def test_an_unforeseen_error_stops_the_list_with_a_sentence(space, monkeypatch):
    roster = upload(space, HE)
    confirm(roster)

    def broken(*args):
        raise RuntimeError("a fault that nobody thought of")

    monkeypatch.setattr(importing, "_write", broken)
    importing.work()

    roster.refresh_from_db()
    assert roster.state == "failed"
    assert "go on from here" in roster.failure
    assert brought(space) == set()


def test_somebody_who_signs_up_this_very_moment_is_not_made_twice(space, monkeypatch):
    roster = upload(space, HE)
    confirm(roster)
    plan, raced = importing._plan, []

    def plan_then_race(*args):
        made = plan(*args)
        if not raced:
            raced.append(1)
            raise IntegrityError("the address was taken between looking and writing")
        return made

    monkeypatch.setattr(importing, "_plan", plan_then_race)
    importing.work()

    roster.refresh_from_db()
    assert roster.state == "done"
    assert brought(space) == {"阿禾"}


def test_a_waiting_list_is_due_only_when_nobody_is_at_it(space):
    roster = upload(space, HE)
    confirm(roster)
    assert not importing.is_due()

    RosterImport.objects.update(worked_at=clock.now() - dt.timedelta(seconds=61))
    assert importing.is_due()
    importing.work()
    assert not importing.is_due()


def test_files_are_forgotten_after_thirty_days(space):
    roster = bring_in(space, data([HE]))
    RosterImport.objects.update(created_at=clock.now() - runs.KEPT - dt.timedelta(hours=1))

    assert runs.forget_old() == 1

    with pytest.raises(DomainError, match="no longer kept"):
        runs.table_of(roster)
    assert [row.nickname for row in roster.rows.all()] == [""]
    again = bring_in(space, data([HE]))
    assert verdicts(again) == {2: "unchanged"}


def test_deeds_are_written_down_without_what_people_wrote(space):
    bring_in(space, data([HE]))

    events = list(AuditEvent.objects.filter(action__startswith="roster.").order_by("pk"))
    assert [event.action for event in events] == [
        "roster.uploaded",
        "roster.confirmed",
        "roster.imported",
    ]
    assert events[-1].data == {"new": 1, "changed": 0, "refused": 0}
    assert "阿禾" not in str([event.data for event in events])


def test_blanking_a_member_takes_her_out_of_the_lists(space):
    bring_in(space, data([HE]))
    he = member("阿禾")

    members.blank(member=he, by=owner_of(space))

    assert not MemberPhone.objects.filter(member=he).exists()
    row = RosterRow.objects.get()
    assert (row.nickname, row.fingerprint, row.member) == ("", "", None)


def test_a_discarded_list_leaves_nothing_and_a_confirmed_one_stays(space):
    first, second = upload(space, HE), upload(space, LU)
    confirm(second)

    runs.discard(roster=first, by=owner_of(space))
    with pytest.raises(DomainError, match="it stays"):
        runs.discard(roster=second, by=owner_of(space))

    assert list(RosterImport.objects.all()) == [second]
    assert RosterFile.objects.count() == 1


def test_queries_do_not_grow_with_the_rows(space, django_assert_max_num_queries):
    people = [[f"人{n}", f"1900000{n:04}", f"p{n}@example.org", *[""] * 5] for n in range(400)]
    roster = upload(space, *people)
    # SQLite takes 999 values at a time, so writing 400 rows is a handful of INSERTs each.
    with django_assert_max_num_queries(80):
        confirm(roster)
        importing.work()
    assert len(brought(space)) == 400


def test_hidden_columns_of_a_sheet_are_never_stored(space):
    def hide(sheet, book):
        sheet["I1"], sheet["I2"] = "备注", "欠费两次"
        sheet.column_dimensions["I"].hidden = True

    roster = runs.upload(
        space=space, by=None, name="x.xlsx", data=workbook([HE], head=HEAD, change=hide)
    )

    assert "备注" not in str(roster.columns)
    assert roster.columns["hidden"] == 1
    assert "欠费" not in roster.file.unpack().decode()


def command(*args, **kwargs):
    out = io.StringIO()
    call_command("import_roster", *map(str, args), stdout=out, **kwargs)
    return out.getvalue()


def test_the_command_shows_first_and_writes_with_yes(space, tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(data([HE, ["", *HE[1:]], LU]))

    shown = command(file, space=space.slug)
    assert brought(space) == set()
    done = command(file, "--yes", space=space.slug, reasons=tmp_path / "reasons.csv")

    assert "Nothing was written" in shown
    assert "     3  reject" in shown
    assert "Done: 2 people" in done
    assert brought(space) == {"阿禾", "小鹿"}
    assert (tmp_path / "reasons.csv").read_text("utf-8-sig").count("\n") == 2


def test_the_command_refuses_another_preview_than_the_one_named(space, tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(data([HE]))

    with pytest.raises(CommandError, match="have changed"):
        command(file, "--yes", space=space.slug, digest="feed")

    assert brought(space) == set()
    assert not RosterImport.objects.exists()


def test_the_command_says_what_is_wrong_with_its_arguments(space, tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")

    with pytest.raises(CommandError, match="no space 'nowhere'"):
        command(tmp_path / "empty.csv", space="nowhere")
    with pytest.raises(CommandError, match="cannot be read"):
        command(tmp_path / "missing.csv", space=space.slug)
    with pytest.raises(CommandError, match="empty"):
        command(tmp_path / "empty.csv", space=space.slug)
