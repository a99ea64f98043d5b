"""Pasting a piece of chat and adding a screenshot: only what is chosen is kept."""

import pytest
from django.urls import reverse

from community.models import Highlight, InboxItem
from community.services import form_tokens
from tests.cohorts.announcing.helpers import picture
from tests.cohorts.highlights.helpers import desk, page, send, star, texts_of_yesterday
from tests.community.highlights.chats import DESKTOP, FORWARD, TOOL

CHAT = (
    "小雨 2026/3/3 20:30\n我卡住的时候会把句子念给猫听，念不顺的地方就要改\n"
    '"小雨"撤回了一条消息\n'
    "阿禾 2026/3/3 20:31\n收到\n"
    "<script>alert(1)</script> 2026/3/3 20:32\n𠮷野家的猫今天修好了水龙头\n"
    "阿禾 2026/3/3 20:33\n[图片]\n"
)


def paste(s, text=CHAT, do="read", **more):
    data = {form_tokens.FIELD: form_tokens.issue(), "paste": text, "do": do} | more
    return s.client.post(desk("highlights_paste"), data)


def test_paste_shows_the_messages_and_dims_what_cannot_be_quoted(s):
    response = paste(s)

    shown = response.content.decode()
    assert response.status_code == 200
    assert [one.is_quiet for one in response.context["read"]] == [False, True, False, False, True]
    assert shown.count('name="line"') == 4
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert not Highlight.objects.exists()


def test_only_what_is_ticked_is_kept_with_a_phrase_that_occurs_once(s):
    response = paste(s, do="keep", line=["1"])

    row = Highlight.objects.get()
    assert response.url == desk()
    assert (row.kind, row.speaker, row.author) == ("chat", "小雨", None)
    assert row.text.startswith("我卡住的时候")
    assert (row.phrase, row.phrase_found) == ("我卡住的时候", 1)
    assert row.said_at.isoformat() == "2026-03-03T12:30:00+00:00"
    assert "撤回" not in str(list(Highlight.objects.values()))


def test_same_message_pasted_in_another_format_is_the_same_star(s):
    paste(s, do="keep", line=["1"])

    paste(
        s,
        "2026-03-03 20:30:59 小雨: 我卡住的时候会把句子念给猫听，念不顺的地方就要改",
        do="keep",
        line=["1"],
    )

    assert Highlight.objects.count() == 1


def test_nothing_is_lost_when_nothing_is_ticked_or_too_much_is_pasted(s):
    nothing = paste(s, do="keep")
    too_much = paste(s, "很长的一句话。" * 50_000)

    assert nothing.status_code == 422
    assert "Tick at least one message." in nothing.content.decode()
    assert "我卡住的时候会把句子念给猫听" in nothing.content.decode()
    assert too_much.status_code == 422
    assert "can be read at once" in too_much.content.decode()
    assert too_much.content.decode().count("很长的一句话。") == 50_000


def test_ticks_stay_where_they_were_after_an_error(s, monkeypatch):
    monkeypatch.setattr("cohorts.services.pasting.MOST_AT_ONCE", 1)

    shown = paste(s, do="keep", line=["1", "6"]).content.decode()

    assert shown.count(" checked") == 2


@pytest.mark.parametrize("chat", [DESKTOP, FORWARD, TOOL])
def test_every_format_can_be_kept(s, chat):
    read = paste(s, chat).context["read"]
    lines = [str(one.line) for one in read if not one.is_quiet]

    paste(s, chat, do="keep", line=lines)

    assert Highlight.objects.count() == len(lines) > 0


def test_nickname_of_somebody_in_the_camp_can_be_asked(s):
    member = s.another("小雨").member
    paste(s, do="keep", line=["1"])
    row = Highlight.objects.get()

    shown = page(s).content.decode()
    send(s, [row], f"ask:{row.public_id}")

    assert "This is 小雨 of the camp: ask" in shown
    row.refresh_from_db()
    assert (row.author, row.consent) == (member, "asked")
    assert InboxItem.objects.get(run__what="highlight_consent").member == member


def test_two_of_one_nickname_are_nobody_and_staff_note_what_they_heard(s):
    s.another("小雨")
    s.another("小雨")
    paste(s, do="keep", line=["1"])
    row = Highlight.objects.get()

    shown = page(s).content.decode()
    send(s, [row], f"named:{row.public_id}")

    assert "of the camp: ask" not in shown
    row.refresh_from_db()
    assert (row.consent, row.consent_by, row.author) == ("named", s.assistant, None)


def test_phrase_that_is_typed_is_judged_without_the_chat(s):
    paste(s, CHAT + "老周 2026/3/3 20:40\n念不顺的地方我也有\n", do="keep", line=["1"])
    row = Highlight.objects.get()
    field = f"{row.public_id}-phrase"

    send(s, [row], **{field: "念不顺的地方"})
    row.refresh_from_db()
    assert row.phrase_found == 2
    assert "occurs several times" in page(s).content.decode()
    send(s, [row], **{field: "念不顺的地方就"})

    row.refresh_from_db()
    assert row.phrase_found == 1


def test_screenshot_needs_its_words_and_keeps_the_picture_meanwhile(s):
    url = desk("highlights_picture")
    token = {form_tokens.FIELD: form_tokens.issue()}

    refused = s.client.post(url, token | {"photo": picture(), "quote": "", "speaker": "阿禾"})
    kept = refused.context["form"]["kept_photo"].value()
    response = s.client.post(
        url, token | {"kept_photo": kept, "quote": "押一付一先看证", "speaker": "阿禾"}
    )

    assert (refused.status_code, response.status_code) == (422, 302)
    row = Highlight.objects.get()
    assert (row.kind, row.quote, row.speaker) == ("picture", "押一付一先看证", "阿禾")
    assert (row.upload.audience, row.upload.room) == ("room", s.camp.run.room)


def test_no_picture_is_said_in_words(s):
    url = desk("highlights_picture")

    response = s.client.post(url, {form_tokens.FIELD: form_tokens.issue(), "quote": "字"})

    assert response.status_code == 422
    assert "Add a screenshot." in response.content.decode()


def test_paste_counts_against_the_days_check_ins_are_separate(s):
    (row,) = texts_of_yesterday(s, 1)
    star(s, row)

    paste(s, do="keep", line=["1"])

    assert Highlight.objects.starred().count() == 2
    assert reverse("cohorts:highlights_paste", args=["one", "2026-03-03"]) == desk(
        "highlights_paste"
    )
