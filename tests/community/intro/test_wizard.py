"""Writing an introduction, with plain forms: by a member, and by somebody without an account."""

import pytest
from django.urls import reverse

from community.models import Greeting, Introduction, IntroductionVersion, Member
from community.services import intro_drafts, watch
from tests.community.intro.helpers import PROUD, joined
from tests.factories import MemberFactory, MembershipFactory, SpaceFactory

pytestmark = pytest.mark.django_db
STEPS = {
    1: {"nickname": "阿禾", "occupation": "剪辑学徒", "place": "大理"},
    2: {"line": "停下来的第 9 个月，学会了剪第一条片子", "reasons": ["change", "people"]},
    3: {"proud": PROUD},
    4: {"offers": ["cooking", "moving"], "needs": ["feedback"], "needs_own": "一起看云的人"},
}


def at(step: int) -> str:
    return reverse("community:intro_step", args=[step])


def send(client, step: int, data: dict):
    """Open the page of a step and send it."""
    return client.post(at(step), data | _mark(client.get(at(step)).context["form"].initial))


def write_all(client) -> None:
    for step, data in STEPS.items():
        answer = send(client, step, data)
        assert answer.status_code == 302, answer.context["form"].errors


def publish(client, **data):
    return client.post(
        reverse("community:intro_preview"), {"audience": "spaces", "do": "publish"} | data
    )


def test_four_steps_and_publishing(signed_in, member):
    space = SpaceFactory(name="Letters")
    MembershipFactory(space=space, member=member)

    write_all(signed_in)
    answer = publish(signed_in)

    assert answer.url == space.get_absolute_url()
    row = Introduction.objects.get(member=member)
    assert (row.nickname, row.place, row.strength) == ("阿禾", "云南大理", 100)
    assert [(t.side, t.tag.key) for t in row.tags.select_related("tag")] == [
        ("offer", "cooking"),
        ("offer", "moving"),
        ("need", "feedback"),
        ("need", "一起看云的人"),
        ("reason", "change"),
        ("reason", "people"),
    ]
    assert [g.space for g in Greeting.objects.all()] == [space]
    assert Member.objects.get(pk=member.pk).display_name == "阿禾"
    assert row.draft == {}


def test_only_the_nickname_is_asked_for(signed_in, member):
    answer = signed_in.post(at(1), {"nickname": " "})
    assert answer.status_code == 422
    assert "the rest is up to you" in answer.content.decode()

    send(signed_in, 1, {"nickname": "阿禾"})
    assert publish(signed_in).status_code == 302
    assert Introduction.objects.get(member=member).strength == 10


def test_steps_are_written_in_any_order(signed_in, member):
    signed_in.post(at(4), STEPS[4])
    signed_in.post(at(1), STEPS[1])
    draft = Introduction.objects.get(member=member).draft["fields"]
    assert (draft["nickname"], draft["offers"]) == ("阿禾", ["cooking", "moving"])


def test_a_sentence_of_3000_characters_is_kept_and_said_by_how_much(signed_in, member):
    text = "长" * 3000
    answer = signed_in.post(at(2), {"line": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2880 characters too long" in page
    assert text in page
    assert Introduction.objects.get(member=member).draft["fields"]["line"] == text
    assert publish(signed_in).status_code == 422
    assert Introduction.objects.get(member=member).published_at is None


def test_script_in_a_name_is_text(signed_in, member):
    name = "<script>alert(1)</script>"
    signed_in.post(at(1), {"nickname": name})
    assert publish(signed_in).status_code == 302
    page = signed_in.get(reverse("community:profile", args=[member.handle])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_it_is_resumed_on_another_device_where_it_was_left(signed_in, member):
    signed_in.post(at(1), STEPS[1])
    signed_in.post(at(2), STEPS[2])
    signed_in.post(reverse("community:intro_autosave", args=[3]), {"proud": "以前做客服"})

    other = type(signed_in)()
    other.force_login(member)
    assert other.get(reverse("community:intro")).url == at(3)
    assert "以前做客服" in other.get(at(3)).content.decode()


def test_back_later_and_help_keep_what_was_typed(signed_in, member):
    joined(SpaceFactory())
    for going, target in (
        ("back", at(1)),
        ("later", reverse("community:today")),
        ("help", reverse("community:intro_help")),
    ):
        text = f"刚写到一半 {going}"
        answer = send(signed_in, 2, {"line": text, "go": going})
        assert answer.url == target
        assert Introduction.objects.get(member=member).draft["fields"]["line"] == text


def test_written_before_signing_in_and_kept_through_it(client, member):
    write_all(client)
    assert publish(client).url.startswith(reverse("community:login"))
    assert not Introduction.objects.exists()

    session = client.session
    assert intro_drafts.adopt_draft(session, member) is True
    session.save()
    assert intro_drafts.adopt_draft(client.session, member) is False

    client.force_login(member)
    assert client.get(reverse("community:intro")).url == reverse("community:intro_preview")
    publish(client)
    row = Introduction.objects.get(member=member)
    assert (row.nickname, row.strength) == ("阿禾", 100)


def test_what_the_account_says_already_stays_and_the_other_words_lie_beside_it(client, member):
    client.post(at(2), {"line": "写在登录之前的话", "reasons": ["self"]})
    intro_drafts.save_step(
        member,
        {},
        step=2,
        values={"line": "账号里的话", "reasons": ["plan"]},
        writer="a",
        seen=0,
        then=2,
    )
    intro_drafts.adopt_draft(client.session, member)
    draft = intro_drafts.load(member, {})
    assert draft.fields["line"] == "账号里的话"
    assert draft.fields["reasons"] == ["plan", "self"]
    assert draft.aside == {"line": "写在登录之前的话"}
    client.force_login(member)
    assert "写在登录之前的话" in client.get(at(2)).content.decode()


def test_two_devices_on_one_step_lose_nothing(signed_in, member):
    phone = signed_in.get(at(2)).context["form"].initial
    desk = signed_in.get(at(2)).context["form"].initial
    save = reverse("community:intro_autosave", args=[2])

    assert signed_in.post(save, {"line": "手机上写的", **_mark(phone)}).status_code == 204
    assert signed_in.post(save, {"line": "手机上写的一句", **_mark(phone)}).status_code == 204
    refused = signed_in.post(save, {"line": "电脑上写的", **_mark(desk)})
    assert refused.status_code == 409
    both = signed_in.post(at(2), {"line": "电脑上写的", "go": "next", **_mark(desk)})
    page = both.content.decode()
    assert both.status_code == 409
    assert "手机上写的一句" in page
    assert "电脑上写的" in page
    assert Introduction.objects.get(member=member).draft["fields"]["line"] == "手机上写的一句"

    again = both.context["form"].data
    merged = {"line": "手机和电脑", "writer": again["writer"], "seen": again["seen"]}
    assert signed_in.post(at(2), merged).url == at(3)
    assert Introduction.objects.get(member=member).draft["fields"]["line"] == "手机和电脑"


def test_two_devices_on_two_steps_do_not_disturb_each_other(signed_in, member):
    first = signed_in.get(at(1)).context["form"].initial
    second = signed_in.get(at(2)).context["form"].initial
    assert signed_in.post(at(2), {"line": "一句话在这里", **_mark(second)}).status_code == 302
    assert signed_in.post(at(1), {"nickname": "阿禾", **_mark(first)}).status_code == 302
    fields = Introduction.objects.get(member=member).draft["fields"]
    assert (fields["nickname"], fields["line"]) == ("阿禾", "一句话在这里")


def test_a_page_from_the_back_button_goes_on_writing(signed_in, member):
    page = signed_in.get(at(1)).context["form"].initial
    signed_in.post(at(1), {"nickname": "阿禾", **_mark(page)})
    assert signed_in.post(at(1), {"nickname": "禾", **_mark(page)}).status_code == 302
    assert Introduction.objects.get(member=member).draft["fields"]["nickname"] == "禾"


def test_gold_is_for_the_first_appearance_only(signed_in, member):
    MembershipFactory(space=SpaceFactory(), member=member)
    write_all(signed_in)

    first = signed_in.get(publish(signed_in).url).content.decode()
    again = signed_in.get(publish(signed_in).url).content.decode()

    assert first.count('class="burst"') == 1
    assert "burst" not in again


def test_no_gold_flies_over_a_text_that_staff_read_first(signed_in, member):
    space = SpaceFactory()
    MembershipFactory(space=space, member=member)
    watch.add_word(word="理财", level="hold", space=space, by=MemberFactory())
    write_all(signed_in)
    send(signed_in, 2, {"line": "带你理财，慢慢来的一句话"})

    page = signed_in.get(publish(signed_in).url).content.decode()

    assert Introduction.objects.get(member=member).held_at is not None
    assert "burst" not in page


def test_each_published_text_is_kept_and_an_unchanged_one_is_not_kept_twice(signed_in, member):
    write_all(signed_in)
    publish(signed_in)
    publish(signed_in)
    send(signed_in, 2, {"line": "现在我会剪第二条片子了，声音也会"})
    publish(signed_in)

    kept = IntroductionVersion.objects.order_by("number")
    assert [v.content["line"] for v in kept] == [
        STEPS[2]["line"],
        "现在我会剪第二条片子了，声音也会",
    ]
    page = signed_in.get(reverse("community:intro_version", args=[1])).content.decode()
    assert STEPS[2]["line"] in page
    assert "现在我会剪第二条片子了" in page
    assert signed_in.get(reverse("community:intro_version", args=[9])).status_code == 404


def test_unknown_steps_are_not_found(signed_in):
    assert signed_in.get("/me/intro/5/").status_code == 404
    assert signed_in.post("/me/intro/0/save/").status_code == 404


@pytest.mark.parametrize("junk", [None, [], "x", {"fields": 3}, {"marks": {"1": 7}, "step": "9"}])
def test_a_draft_of_the_wrong_shape_is_an_empty_one(client, junk):
    session = client.session
    session["introduction"] = junk
    session.save()
    assert client.get(at(1)).status_code == 200
    assert client.post(at(1), {"nickname": "阿禾"}).status_code == 302


def test_a_wizard_step_costs_few_queries(signed_in, member, django_assert_max_num_queries):
    write_all(signed_in)
    with django_assert_max_num_queries(10):
        assert signed_in.get(at(2)).status_code == 200


def _mark(initial) -> dict:
    return {"writer": initial["writer"], "seen": initial["seen"]}
