"""Who is answered hears of it: under the bell and by mail, unless she wants it otherwise."""

import pytest

from community.models import InboxItem, OutboxMessage
from community.services import help_requests, notifications, praise, tell
from tests.community.delivery.helpers import delivered, html_of, text_of
from tests.community.intro.helpers import introduced, joined
from tests.factories import MemberFactory, SpaceFactory

pytestmark = pytest.mark.django_db
WORDS = "You carry water for the whole street."


@pytest.fixture
def praised():
    """An introduction whose owner reads English, and somebody else of the space."""
    space = SpaceFactory()
    row = introduced(space)
    row.member.locale, row.member.email = "en", "ada@example.org"
    row.member.save()
    return row, joined(space)


def test_praise_comes_by_mail_with_the_line_of_the_bell(praised):
    row, by = praised
    praise.give(introduction=row, by=by, part="line", text=WORDS)

    [message] = delivered()

    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Somebody has praised one thing in your introduction."
    for part in (text_of(message), html_of(message)):
        assert message["Subject"] in part
        assert row.get_absolute_url() in part
        assert "/me/notifications/" in part
        assert WORDS not in part  # what was said stands on the page, where it can be taken back
    assert "List-Unsubscribe" in message


def test_the_same_praise_twice_is_one_mail(praised):
    row, by = praised
    for _ in range(2):
        praise.give(introduction=row, by=by, part="line", text=WORDS)

    assert len(delivered()) == 1


@pytest.mark.parametrize("channel,items,mails", [("email", 1, 0), ("app", 0, 1)])
def test_each_way_can_be_turned_off_by_itself(praised, channel, items, mails):
    row, by = praised
    notifications.turn(member=row.member, kind="answer", channel=channel, on=False)

    praise.give(introduction=row, by=by, part="line", text=WORDS)

    assert InboxItem.objects.filter(member=row.member).count() == items
    assert OutboxMessage.objects.count() == mails


def test_who_has_no_address_finds_it_under_the_bell(praised):
    row, by = praised
    type(by).objects.filter(pk=row.member_id).update(email=None)

    praise.give(introduction=row, by=by, part="line", text=WORDS)

    assert InboxItem.objects.filter(member=row.member).count() == 1
    assert not OutboxMessage.objects.exists()


def test_company_is_told_by_mail_as_well():
    space = SpaceFactory()
    asking = joined(space)
    request = help_requests.ask(member=asking, space=space)

    help_requests.take(request=request, by=joined(space, role="assistant"))

    assert OutboxMessage.objects.get().member == asking


def test_line_that_is_none_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no template"):
        tell.answered(
            "praise", subject="x", member=MemberFactory().pk, template="community/none", path="/"
        )
    assert not OutboxMessage.objects.exists()
