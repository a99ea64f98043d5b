"""Handing in: what is taken, what is refused in words, changing it, taking it back, making up."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from PIL import Image

from cohorts.models import Camp, CheckIn, Enrolment, Reaction
from cohorts.services import camp_feed, check_ins
from cohorts.services.check_ins import AlreadyHandedIn, Given
from community.errors import DomainError
from community.models import Flag, Upload
from community.services import form_tokens, watch
from tests.cohorts.learning.helpers import hand_in, handed_in, noon

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"


def picture(colour="white", name="mine.png"):
    file = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(file, "PNG")
    file.name = name
    file.seek(0)
    return file


def sentences(response):
    assert response.status_code == 422
    return response.content.decode()


def test_line_is_handed_in_and_a_toast_leads_back(s):
    response = s.client.post(
        s.url("check_in"),
        {"text": "One line.", form_tokens.FIELD: form_tokens.issue()},
        follow=True,
    )

    row = CheckIn.objects.get()
    assert (row.day, row.kind, row.text, row.made_up) == (3, "text", "One line.", False)
    assert "Handed in." in response.content.decode()
    assert s.url("check_in_back", row.public_id) in response.content.decode()


def test_htmx_swaps_the_part_and_takes_back_in_place(s):
    answer = s.post(htmx=True, text="One line.").content.decode()
    row = CheckIn.objects.get()
    assert "<html" not in answer
    assert "Done for today" in answer
    assert 'hx-swap-oob="innerHTML"' in answer
    assert 'hx-target="#check-in"' in answer

    back = s.post("check_in_back", row.public_id, htmx=True).content.decode()

    assert "One line.</textarea>" in back
    assert "Taken back." in back
    assert not CheckIn.objects.standing().exists()


def test_what_was_taken_back_waits_in_the_form(s):
    hand_in(s.place, text="Half a line", url="https://example.org/a")
    s.post("check_in_back", CheckIn.objects.get().public_id)

    page = s.home().content.decode()

    assert "Half a line</textarea>" in page
    assert 'value="https://example.org/a"' in page
    s.post(text="A whole line.")
    assert [row.text for row in CheckIn.objects.standing()] == ["A whole line."]


@pytest.mark.parametrize(
    "sent, sentence",
    [
        ({"text": "   \n "}, "Write a line, give a link or add a picture."),
        ({"text": "字" * 3_001}, "This is 1 characters too long; at most 3000 fit."),
        ({"text": "Fine.", "url": "https://example.org/a b"}, "This is no link."),
        ({"text": "Fine.", "url": "javascript:alert(1)"}, "This is no link."),
        ({"text": "Fine.", "url": "https://[half"}, "This is no link."),
        ({"text": "Fine.", "url": "hello"}, "This is no link."),
        ({"day": "4", "text": "Too early."}, "D4 has not come yet"),
        ({"day": "99", "text": "No such day."}, "D99 has not come yet"),
        ({"day": "0", "text": "Practice."}, "D0 has not come yet"),
    ],
)
def test_bad_input_is_a_sentence_and_the_words_are_still_there(s, sent, sentence):
    page = sentences(s.post(**sent))

    assert sentence in page
    assert sent["text"].strip()[:20] in page
    assert not CheckIn.objects.exists()


def test_three_thousand_characters_fit(s):
    s.post(text="字" * 3_000)

    assert len(CheckIn.objects.get().text) == 3_000


def test_script_and_invisible_signs_in_a_text_do_nothing(s):
    s.post(text="<script>alert(1)</script>\u202e end", url="example.org/?q=<x>")
    assert not CheckIn.objects.exists()  # the link holds what no link holds

    s.post(text="<script>alert(1)</script>\u202e end", url=" example.org/a ")

    row = CheckIn.objects.get()
    assert row.text == "<script>alert(1)</script> end"
    assert row.url == "https://example.org/a"
    page = s.home().content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_picture_is_kept_for_the_people_of_the_camp(s):
    s.post(text="", photo=picture())

    row = CheckIn.objects.get()
    assert row.kind == "photo"
    assert row.upload.audience == Upload.Audience.ROOM
    assert row.upload.room_id == s.camp.run.room_id
    s.enter(s.assistant)
    assert s.client.get(row.upload.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("name", ["not-an-image.jpg", "sop.csv"])
def test_wrong_file_is_a_sentence_and_the_words_are_still_there(s, name):
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not at hand")
    with (DATA / name).open("rb") as file:
        page = sentences(s.post(text="Look at this.", photo=file))

    assert "Look at this.</textarea>" in page
    assert "picture" in page.lower()
    assert not CheckIn.objects.exists()
    assert not Upload.objects.exists()


def test_picture_with_a_place_in_it_loses_that(s):
    source = DATA / "photo-with-gps.jpg"
    if not source.exists():
        pytest.skip("the picture is not at hand")
    with source.open("rb") as file:
        assert s.post(text="", photo=file).status_code == 302

    with Image.open(CheckIn.objects.get().upload.path) as kept:
        assert not kept.getexif()


def test_picture_of_a_refused_form_need_not_be_chosen_again(s):
    page = sentences(s.post(text="字" * 3_001, photo=picture()))
    kept = Upload.objects.get()
    assert f'value="{kept.public_id}"' in page
    assert "Your picture is kept" in page

    s.post(text="Shorter.", kept_photo=kept.public_id)

    assert CheckIn.objects.get().upload == kept


def test_somebody_elses_picture_cannot_be_handed_in(s):
    other = s.another()
    s.enter(other.member)
    s.post(text="", photo=picture())
    s.enter()

    s.post(text="Mine.", kept_photo=Upload.objects.get().public_id)

    assert CheckIn.objects.get(enrolment=s.place).upload is None


def test_phone_number_is_asked_about_once(s):
    page = sentences(s.post(text="Call me: 13812345678"))
    assert "looks like a phone number" in page
    assert "Hand in as it is" in page
    assert not CheckIn.objects.exists()

    s.post(text="Call me: 13812345678", keep="on")

    assert CheckIn.objects.get().text.endswith("13812345678")


def test_same_form_pressed_twice_is_one_check_in(s):
    token = form_tokens.issue()
    for _press in range(2):
        assert (
            s.client.post(s.url("check_in"), {"text": "One line.", form_tokens.FIELD: token}).url
            == s.url()
        )

    assert CheckIn.objects.count() == 1


def test_second_window_with_other_words_keeps_them(s):
    hand_in(s.place, text="First.")

    page = sentences(s.post(text="Second."))

    assert "You have checked in for that day already." in page
    assert "Second.</textarea>" in page
    assert "First." in page
    assert hand_in(s.place, text="First.") == CheckIn.objects.get()
    with pytest.raises(AlreadyHandedIn):
        hand_in(s.place, text="Third.")


def test_constraint_keeps_one_standing_check_in_a_day(s):
    hand_in(s.place)

    with pytest.raises(IntegrityError), transaction.atomic():
        handed_in(s.place, 3)


def test_it_counts_until_midnight_of_the_camps_clock(s, at_noon):
    at_noon.move_to(noon(3) + dt.timedelta(hours=11, minutes=59))
    assert hand_in(s.place, 3).made_up is False

    at_noon.move_to(noon(3) + dt.timedelta(hours=12, minutes=1))

    assert check_ins.day_now(s.camp) == 4
    assert s.post(text="Today's.").status_code == 302
    assert CheckIn.objects.get(day=4).made_up is False


# Changing and taking back -----------------------------------------------------


def test_change_on_the_same_day(s):
    row = hand_in(s.place, text="Frist.")

    s.post("check_in_edit", row.public_id, text="First.", url="", rest="")

    row.refresh_from_db()
    assert row.text == "First."
    assert row.changed_at == noon(3)


def test_next_day_it_stays_as_it_is(s, at_noon):
    row = hand_in(s.place, text="First.")
    at_noon.move_to(noon(4))

    assert "so it stays" in s.client.get(s.url("check_in_edit", row.public_id)).content.decode()
    assert "so it stays" in sentences(s.post("check_in_edit", row.public_id, text="Other."))
    s.post("check_in_back", row.public_id)
    row.refresh_from_db()
    assert row.text == "First."
    assert row.taken_back_at is None


def test_of_two_windows_that_change_it_the_second_is_told(s):
    row = hand_in(s.place, text="First.")
    seen = CheckIn.objects.select_related("enrolment__camp__run", "enrolment__member").get(
        pk=row.pk
    )
    check_ins.change(check_in=row, given=Given(text="Second."))

    with pytest.raises(DomainError, match="in another window"):
        check_ins.change(check_in=seen, given=Given(text="Third."))

    assert CheckIn.objects.get().text == "Second."


def test_new_picture_takes_the_place_of_the_old_one(s):
    s.post(text="", photo=picture())
    row = CheckIn.objects.get()
    old = row.upload.path

    s.post("check_in_edit", row.public_id, text="Better.", photo=picture("black"))

    row.refresh_from_db()
    assert Upload.objects.get() == row.upload
    assert row.text == "Better."
    assert row.upload.path != old


def test_picture_is_left_out_when_she_says_so(s):
    s.post(text="Words.", photo=picture())
    row = CheckIn.objects.get()

    s.post(
        "check_in_edit", row.public_id, text="Words.", kept_photo=row.upload.public_id,
        drop_photo="on",
    )  # fmt: skip

    row.refresh_from_db()
    assert row.upload is None
    assert row.kind == "text"
    assert not Upload.objects.exists()


def test_taking_back_twice_is_once(s):
    row = hand_in(s.place)

    assert check_ins.take_back(check_in=row) is True
    assert check_ins.take_back(check_in=row) is False


# Making up --------------------------------------------------------------------


def test_missed_days_make_themselves_up_and_a_third_does_not(s, at_noon):
    at_noon.move_to(noon(4))

    days = s.home().context["mine"].days

    assert [dot.state for dot in days.dots] == ["made_up", "made_up", "open", "today", "ahead"]
    assert "make-up days are left" not in s.home().content.decode()


def test_who_chooses_hands_in_for_the_day_she_picks(s):
    s.post("make_up", by_itself="off")
    s.place.refresh_from_db()
    assert s.place.makes_up_by_itself is False
    assert [dot.state for dot in s.home().context["mine"].days.dots][:2] == ["open", "open"]

    s.post(day="2", text="For yesterday.")

    row = CheckIn.objects.get()
    assert (row.day, row.made_up) == (2, True)
    assert s.home().context["mine"].days.make_ups_left == 1


def test_make_up_days_run_out_with_a_sentence(s, at_noon):
    at_noon.move_to(noon(5))
    s.post("make_up", by_itself="off")
    for day in ("1", "2"):
        assert s.post(day=day, text="For then.").status_code == 302

    page = sentences(s.post(day="3", text="For then as well."))

    assert "No make-up day is left." in page
    assert CheckIn.objects.count() == 2


def test_days_before_she_came_are_not_hers(s):
    late = s.another()
    s.enter(late.member)

    page = sentences(s.post(day="1", text="For the first day."))

    assert "D1 was before you came. Nothing of it is asked of you." in page
    assert (
        "There is nothing to hand in for that day."
        in s.client.get(s.url("check_in") + "?day=1").content.decode()
    )


def test_page_of_a_day_that_can_be_made_up_has_the_form(s):
    page = s.client.get(s.url("check_in") + "?day=2").content.decode()

    assert "Make up D2" in page
    assert "It uses one make-up day." in page
    assert 'name="text"' in page


# Reading and answering --------------------------------------------------------


def test_two_words_are_said_and_taken_back(s):
    row = hand_in(s.another(), text="Mine.")

    s.post("check_in_react", row.public_id, word="thanks")
    s.post("check_in_react", row.public_id, word="thanks")
    answer = s.post("check_in_react", row.public_id, htmx=True, word="idea").content.decode()

    assert Reaction.objects.count() == 2
    assert "<html" not in answer
    assert 'name="unsay" value="thanks"' in answer
    s.post("check_in_react", row.public_id, unsay="thanks")
    assert [one.word for one in Reaction.objects.all()] == ["idea"]


def test_nobody_thanks_herself_nor_with_another_word(s):
    mine, other = hand_in(s.place), hand_in(s.another())

    assert s.post("check_in_react", mine.public_id, word="thanks").status_code == 404
    s.post("check_in_react", other.public_id, word="heart")
    with pytest.raises(DomainError, match="your own"):
        camp_feed.say(check_in=mine, member=s.learner, word="thanks")

    assert not Reaction.objects.exists()


def test_watched_word_is_shown_to_staff_and_a_held_text_waits(s):
    watch.add_word(word="理财", level="flag", space=s.camp.space, by=s.lead)
    watch.add_word(word="内幕", level="hold", space=s.camp.space, by=s.lead)
    one, two = (
        hand_in(s.another("a1"), text="我学理财。"),
        hand_in(s.another("a2"), text="有内幕。"),
    )

    page = s.home().content.decode()

    assert Flag.objects.count() == 2
    assert {flag.what for flag in Flag.objects.all()} == {"check_in"}
    assert "我学理财。" in page
    assert "有内幕。" not in page
    watch.close(flag=Flag.objects.get(subject=two.public_id), by=s.lead, state="cleared")
    assert "有内幕。" in s.home().content.decode()
    check_ins.take_back(check_in=one)
    assert Flag.objects.get(subject=one.public_id).state == "gone"


def test_refused_word_writes_nothing(s):
    watch.add_word(word="代写", level="refuse", space=s.camp.space, by=s.lead)

    page = sentences(s.post(text="可以代写。"))

    assert "leave no room for" in page
    assert not CheckIn.objects.exists()


def test_own_page_holds_all_she_wrote_and_nobody_elses(s, at_noon):
    handed_in(s.place, 1, "The first line.")
    handed_in(s.place, 2, "Not well.", kind="rest")
    handed_in(s.another(), 3, "Somebody else's.")
    hand_in(s.place, text="The third line.")

    page = s.client.get(s.url("my_check_ins")).content.decode()

    assert page.index("The first line.") < page.index("Not well.") < page.index("The third line.")
    assert "Somebody else" not in page
    assert "You rested on this day." in page


def test_who_left_hands_in_nothing(s):
    Enrolment.objects.update(state="left", left_at=noon(2))

    with pytest.raises(DomainError, match="not in this camp"):
        hand_in(s.place)
    assert s.post(text="All the same.").status_code == 404


def test_camp_that_was_called_off_takes_nothing(s):
    Camp.objects.update(state="cancelled")

    assert "was called off" in sentences(s.post(text="All the same."))
