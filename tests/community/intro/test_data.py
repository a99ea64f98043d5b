"""What is kept is handed over, and erased with the person."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from community.models import Article, Flag, Greeting, HelpRequest, Introduction, Praise, Recognition
from community.services import articles, blocks, help_requests, intro_data, members, praise
from tests.community.intro.helpers import introduced, joined
from tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db


def full_life():
    space = SpaceFactory()
    row, other = introduced(space, line="以前做理财，现在学剪辑第九个月"), introduced(space)
    staff = joined(space, role="assistant")
    praise.give(introduction=row, by=staff, part="line", text="给她的一句具体的话")
    praise.give(introduction=other, by=row.member, part="line", text="她写的一句具体的话")
    praise.recognise(member=row.member, by=other.member, how="同学")
    praise.recognise(member=other.member, by=row.member)
    blocks.block(member=row.member, other=joined(space))
    help_requests.ask(member=row.member, space=space, note="不会写")
    article = articles.begin(member=row.member)
    articles.save_draft(article=article, title="T", body="长文", writer="w", seen=0)
    articles.publish(article=article, audience="spaces")
    return row.member, other


def test_everything_she_wrote_is_handed_over():
    member, _other = full_life()
    told = json.dumps(intro_data.export(member), cls=DjangoJSONEncoder, ensure_ascii=False)
    for words in ("给她的一句具体的话", "她写的一句具体的话", "同学", "不会写", "长文", "第九个月"):
        assert words in told


def test_erasing_leaves_nothing_of_her_and_others_whole():
    member, other = full_life()
    members.blank(member=member)
    assert [row.pk for row in Introduction.objects.all()] == [other.pk]
    assert [g.introduction_id for g in Greeting.objects.all()] == [other.pk]
    for model in (Praise, Recognition, HelpRequest, Article, Flag):
        assert not model.objects.exists(), model
    members.blank(member=member)
