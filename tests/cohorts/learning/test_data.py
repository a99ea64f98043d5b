"""What a learner wrote is handed to her whole, and goes with her."""

import io

from PIL import Image

from cohorts.models import CheckIn, CheckInPraise, Enrolment, Reaction
from cohorts.services import camp_feed, enrolment
from community.models import Member, Upload
from community.registry import export_parts
from community.services import members
from tests.cohorts.learning.helpers import hand_in, handed_in


def test_export_holds_all_that_is_hers_and_nothing_of_others(s):
    enrolment.change_reason(enrolment=s.place, reason="To write.")
    mine = hand_in(s.place, text="My line.")
    CheckInPraise.objects.create(check_in=mine, by=s.assistant, text="The second word.")
    other = handed_in(s.another(), 3, "Hers alone.")
    camp_feed.say(check_in=other, member=s.learner, word="idea")

    given = export_parts["learning"](s.learner)

    assert given["camps"][0]["reason"] == "To write."
    assert [row["text"] for row in given["check_ins"]] == ["My line."]
    assert given["praise_received"][0]["text"] == "The second word."
    assert given["words_said"][0]["word"] == "idea"
    assert "Hers alone." not in str(given)


def test_blanked_learner_leaves_no_word_and_no_picture(s):
    file = io.BytesIO()
    Image.new("RGB", (30, 20)).save(file, "PNG")
    file.name = "mine.png"
    file.seek(0)
    s.post(text="My line.", photo=file)
    enrolment.change_reason(enrolment=s.place, reason="To write.")
    mine, other = CheckIn.objects.get(), handed_in(s.another(), 3, "Hers stays.")
    CheckInPraise.objects.create(check_in=mine, by=s.assistant, text="The second word.")
    camp_feed.say(check_in=other, member=s.learner, word="thanks")

    members.blank(member=s.learner)

    assert [row.text for row in CheckIn.objects.all()] == ["Hers stays."]
    assert not Reaction.objects.exists()
    assert not CheckInPraise.objects.exists()
    assert not Upload.objects.exists()
    assert Enrolment.objects.get(member=s.learner).reason == ""
    assert Member.objects.get(pk=s.learner.pk).state == "blanked"
