"""Introductions that wait, the first answer, company for writing, and flags."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from community import clock
from community.errors import DomainError
from community.models import (
    Flag,
    Greeting,
    HelpRequest,
    InboxItem,
    Introduction,
    Praise,
    Recognition,
    WatchWord,
)
from community.services import (
    form_tokens,
    greetings,
    help_requests,
    introductions,
    praise,
    spaces,
    watch,
)
from community.services.praise import AnsweredMeanwhile
from tests.community.intro.helpers import introduced, joined, said
from tests.community.pressing import token_in
from tests.factories import MemberFactory, SpaceFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 9, 8, 0, tzinfo=dt.UTC)
POINT = "我注意到你把第一版为什么难看讲清楚了"


def test_a_published_text_waits_in_each_space_until_its_staff_answer():
    here, there = SpaceFactory(), SpaceFactory()
    row = introduced(here)
    spaces.join(space=there, member=row.member)
    member, staff = joined(here), joined(here, role="assistant")

    praise.give(introduction=row, by=member, part="line", text=POINT)
    assert set(Greeting.objects.values_list("state", flat=True)) == {"waiting"}
    mine = praise.give(introduction=row, by=staff, part="proud", text=POINT)

    states = dict(Greeting.objects.values_list("space", "state"))
    assert states == {here.pk: "answered", there.pk: "waiting"}
    answered = Greeting.objects.get(space=here)
    assert (answered.praise, answered.answered_by) == (mine, staff)


def test_publishing_again_asks_nobody_a_second_time():
    space = SpaceFactory()
    row = introduced(space)
    praise.give(introduction=row, by=joined(space, role="owner"), part="line", text=POINT)
    introductions.publish(member=row.member, answers=said(line="今天又写了一句新的话在这里"))
    assert Greeting.objects.get().state == "answered"


@time_machine.travel(NOW, tick=False)
def test_the_queue_is_true_to_the_minute():
    space = SpaceFactory()
    staff = joined(space, role="manager")
    ages = [dt.timedelta(hours=24), dt.timedelta(hours=24, minutes=1), dt.timedelta(minutes=5)]
    rows = [introduced(space, nickname=f"n{n}") for n in range(3)]
    for row, age in zip(rows, ages, strict=True):
        Greeting.objects.filter(introduction=row).update(asked_at=clock.now() - age)

    waiting = list(greetings.queue(staff))
    assert [g.introduction.nickname for g in waiting] == ["n1", "n0", "n2"]
    seen = greetings.overview(waiting)
    assert (seen.waiting, seen.overdue, seen.oldest_minutes) == (3, 1, 24 * 60 + 1)
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        assert greetings.overview(waiting).overdue == 2


def test_who_left_is_hidden_or_held_does_not_wait():
    space = SpaceFactory()
    staff = joined(space, role="assistant")
    gone, hidden, held = (introduced(space) for _ in range(3))
    spaces.leave(space=space, member=gone.member)
    introductions.hide(hidden.member)
    Introduction.objects.filter(pk=held.pk).update(held_at=clock.now())
    assert list(greetings.queue(staff)) == []
    introductions.come_out(hidden.member)
    assert [g.introduction for g in greetings.queue(staff)] == [hidden]


def test_two_staff_at_once_never_collide_silently(client):
    space = SpaceFactory()
    row = introduced(space)
    first, second = (joined(space, role="assistant", display_name=n) for n in ("林姐", "小桃"))
    waiting = Greeting.objects.get()
    client.force_login(second)
    path = reverse("community:greeting", args=[waiting.public_id])
    opened = client.get(path).context["form"]
    assert opened.initial["first"] is True

    praise.give(
        introduction=row, by=first, part="line", text="水汽那个镜头停了三秒没动", as_first=True
    )
    mine = {"part": "line", "text": POINT}
    sent = client.post(path, mine | {"first": "True", "form_token": form_tokens.issue()})

    assert sent.status_code == 409
    body = sent.content.decode()
    assert "林姐" in body
    assert "水汽那个镜头停了三秒没动" in body
    assert POINT in body
    assert Praise.objects.count() == 1
    again = {"first": "False", "form_token": form_tokens.issue()}
    assert client.post(path, mine | again).status_code == 302
    assert Praise.objects.count() == 2


def test_praise_pressed_twice_is_given_once_even_when_it_was_taken_back_meanwhile(client):
    space = SpaceFactory()
    row, by = introduced(space), joined(space)
    client.force_login(by)
    path = reverse("community:give_praise", args=[row.member.handle])
    form = {"part": "line", "text": POINT, "form_token": token_in(client.get(path))}

    first = client.post(path, form)
    praise.take_back(praise=Praise.objects.get(), by=row.member)
    second = client.post(path, form)

    assert (first.status_code, second.status_code) == (302, 303)
    assert first["Location"] == second["Location"]
    assert Praise.objects.count() == 1


def test_the_first_answer_pressed_twice_is_one_answer(client):
    space = SpaceFactory()
    introduced(space)
    client.force_login(joined(space, role="assistant"))
    path = reverse("community:greeting", args=[Greeting.objects.get().public_id])
    form = {"first": "True", "part": "line", "text": POINT}
    form["form_token"] = token_in(client.get(path))

    first, second = (client.post(path, form) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 303)
    assert Praise.objects.count() == 1
    assert Greeting.objects.get().state == "answered"


def test_vouching_pressed_twice_is_one_and_taking_it_back_needs_no_fresh_page(client):
    space = SpaceFactory()
    by, other = introduced(space).member, joined(space)
    client.force_login(by)
    path = reverse("community:recognise", args=[other.handle])
    form = {"how": "一起种过菜", "form_token": token_in(client.get(path))}

    answers = [client.post(path, form).status_code for _ in range(2)]
    assert answers == [302, 303]
    assert Recognition.objects.filter(member=other, by=by).count() == 1
    assert client.post(path, form | {"do": "undo"}).status_code == 302

    assert not Recognition.objects.exists()
    assert client.post(path, form).status_code == 303
    assert not Recognition.objects.exists()


def test_the_same_words_sent_twice_are_one_praise():
    space = SpaceFactory()
    row, by = introduced(space), joined(space)
    assert praise.give(introduction=row, by=by, part="line", text=POINT) == praise.give(
        introduction=row, by=by, part="line", text=POINT
    )


@pytest.mark.parametrize("text", ["", "好", "长" * 301])
def test_praise_has_to_name_something_and_to_fit(text):
    space = SpaceFactory()
    row, by = introduced(space), joined(space)
    with pytest.raises(DomainError):
        praise.give(introduction=row, by=by, part="line", text=text)
    assert not Praise.objects.exists()


def test_nobody_answers_or_vouches_for_herself():
    row = introduced(SpaceFactory())
    with pytest.raises(DomainError, match="your own"):
        praise.give(introduction=row, by=row.member, part="line", text=POINT)
    with pytest.raises(DomainError, match="Somebody else"):
        praise.recognise(member=row.member, by=row.member)


def test_only_who_can_be_read_vouches_for_another():
    space = SpaceFactory()
    quiet, other = joined(space), introduced(space)
    with pytest.raises(DomainError, match="Introduce yourself first"):
        praise.recognise(member=other.member, by=quiet)
    assert praise.recognise(member=quiet, by=other.member) is True
    assert praise.recognise(member=quiet, by=other.member) is False


def test_company_is_taken_on_once_and_can_be_given_back(client):
    space = SpaceFactory()
    asks = joined(space)
    first, second = (joined(space, role="assistant", display_name=n) for n in ("林姐", "小桃"))
    request = help_requests.ask(member=asks, space=space, note="不会开头")
    assert help_requests.ask(member=asks, space=space) == request

    help_requests.take(request=request, by=first)
    stale = HelpRequest.objects.get(pk=request.pk)
    with pytest.raises(DomainError, match="林姐 has taken this on"):
        help_requests.take(request=stale, by=second)
    with pytest.raises(DomainError, match="林姐"):
        help_requests.finish(request=stale, by=second)
    help_requests.give_back(request=request, by=first)
    help_requests.take(request=stale, by=second)
    help_requests.finish(request=stale, by=second)
    assert HelpRequest.objects.get().state == "done"
    client.force_login(asks)
    assert client.get(reverse("community:intro_help")).status_code == 200


def test_company_can_be_asked_for_in_ones_own_space_only():
    with pytest.raises(DomainError, match="a space that you are in"):
        help_requests.ask(member=MemberFactory(), space=SpaceFactory())


def test_who_runs_no_space_sees_no_queue(client):
    member = joined(SpaceFactory())
    client.force_login(member)
    for name in ("greeting_list", "help_request_list", "flag_list", "watch_words"):
        assert client.get(reverse(f"community:{name}")).status_code == 403


def test_staff_of_another_space_find_nothing(client):
    row = introduced(SpaceFactory())
    client.force_login(joined(SpaceFactory(), role="owner"))
    greeting = Greeting.objects.get(introduction=row)
    path = reverse("community:greeting", args=[greeting.public_id])
    assert client.get(path).status_code == 404
    form = {"text": POINT, "form_token": form_tokens.issue()}
    assert client.post(path, form).status_code == 404


def test_a_flag_is_for_staff_and_a_cleared_text_flags_no_more(client):
    space = SpaceFactory()
    staff = joined(space, role="manager")
    text = "以前做理 财顾问，现在学剪辑，再也不推销了，这是真的，写出来心里轻松，也希望大家放心"
    row = introduced(space, proud=text)
    assert row.is_shown
    flag = Flag.objects.get()
    assert (flag.part, flag.words, flag.level) == ("proud", ["理财"], "flag")

    client.force_login(row.member)
    assert "理财" not in client.get(f"/people/{row.member.handle}/").content.decode()
    assert client.get(reverse("community:flag_list")).status_code == 403
    client.force_login(staff)
    assert "理 财顾问" in client.get(reverse("community:flag_list")).content.decode()
    client.post(reverse("community:flag_close", args=[flag.public_id]), {"do": "clear"})

    introductions.publish(
        member=row.member, answers=said(proud=text, line="换了一句话而已没有别的")
    )
    introductions.publish(member=row.member, answers=said(proud=text.replace("理 财", "理财")))
    assert [f.state for f in Flag.objects.all()] == ["cleared"]
    introductions.publish(member=row.member, answers=said(proud=text + "，改过了"))
    assert sorted(f.state for f in Flag.objects.all()) == ["cleared", "open"]
    introductions.publish(member=row.member, answers=said())
    assert sorted(f.state for f in Flag.objects.all()) == ["cleared", "gone"]


def test_a_held_text_is_read_by_staff_first():
    space = SpaceFactory()
    staff, reader = joined(space, role="assistant"), joined(space)
    watch.add_word(word="内部名额", level="hold", space=space, by=staff)
    row = introduced(space, line="手上有内部名额，想要的来找我聊")
    assert not row.is_shown
    assert list(Introduction.objects.in_spaces_of(reader)) == []
    watch.close(flag=Flag.objects.get(), by=staff, state="cleared")
    assert list(Introduction.objects.in_spaces_of(reader)) == [row]
    with pytest.raises(DomainError, match="already"):
        watch.close(flag=Flag.objects.get(), by=staff, state="cleared")


def test_a_refused_word_changes_nothing():
    space = SpaceFactory()
    row = introduced(space)
    watch.add_word(word="稳赚不赔", level="refuse", space=space, by=row.member)
    with pytest.raises(DomainError, match="稳赚不赔"):
        introductions.publish(member=row.member, answers=said(line="跟着我稳 赚 不 赔的好机会"))
    assert Introduction.objects.get().line == "停下来的第 9 个月，学会了剪第一条片子"
    assert not Flag.objects.exists()


def test_words_are_changed_by_who_manages_the_space(client):
    space = SpaceFactory()
    client.force_login(joined(space, role="manager"))
    path = reverse("community:watch_words")
    assert (
        client.post(path, {"word": "代购", "level": "flag", "space": space.pk}).status_code == 302
    )
    word = WatchWord.objects.get(space=space)
    assert (
        client.post(path, {"word": "代 购", "level": "flag", "space": space.pk}).status_code == 422
    )
    everywhere = WatchWord.objects.filter(space=None).first()
    remove = lambda pk: client.post(reverse("community:watch_word_remove", args=[pk]))  # noqa: E731
    assert remove(everywhere.pk).status_code == 404
    assert remove(word.pk).status_code == 302
    assert not WatchWord.objects.filter(space=space).exists()


@pytest.mark.parametrize("name", ["greeting_list", "help_request_list", "flag_list"])
def test_the_queues_cost_the_same_for_one_and_three(client, name, django_assert_max_num_queries):
    space = SpaceFactory()
    staff = joined(space, role="owner")
    client.force_login(staff)
    counts = []
    for number in (1, 3):
        for _ in range(number):
            row = introduced(space, line="以前做理财的人现在学剪辑了")
            help_requests.ask(member=row.member, space=space)
        with django_assert_max_num_queries(10) as seen:
            assert client.get(reverse(f"community:{name}")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_answered_meanwhile_names_who_and_what():
    space = SpaceFactory()
    row = introduced(space)
    one, other = joined(space, role="assistant"), joined(space, role="assistant")
    praise.give(introduction=row, by=one, part="line", text=POINT, as_first=True)
    with pytest.raises(AnsweredMeanwhile) as caught:
        praise.give(introduction=row, by=other, part="line", text="另一句具体的话", as_first=True)
    assert caught.value.praise.text == POINT


def test_how_long_the_oldest_has_waited_is_said_only_when_somebody_waits(client):
    space = SpaceFactory()
    client.force_login(joined(space, role="assistant"))
    address = reverse("community:greeting_list")

    nobody = client.get(address)
    row = introduced(space)
    somebody = client.get(address)

    with translation.override(somebody.headers["Content-Language"]):
        words = gettext("The oldest has waited")
    assert words not in nobody.content.decode()
    assert words in somebody.content.decode()
    assert row.nickname in somebody.content.decode()


# Pinned, because a recognition may ring again on the next day.
@time_machine.travel(NOW, tick=False)
def test_she_is_told_once_when_praised_recognised_or_not_alone_in_writing():
    space = SpaceFactory()
    row, staff = introduced(space), introduced(space, role="assistant").member
    request = help_requests.ask(member=row.member, space=space)

    for _again in range(2):
        praise.give(introduction=row, by=staff, part="line", text=POINT)
        praise.recognise(member=row.member, by=staff)
        praise.unrecognise(member=row.member, by=staff)
        help_requests.take(request=request, by=staff)

    told = InboxItem.objects.of(row.member).select_related("run")
    assert sorted(item.run.what for item in told) == ["company", "praise", "recognition"]
    assert not InboxItem.objects.of(staff).exists()
