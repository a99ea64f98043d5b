"""The bell: a list, a dot, and reading."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import InboxItem, Member, Run
from community.services import inbox
from tests.factories import MemberFactory

INBOX = reverse("community:inbox")


def tell(member, number=1, path="/today/"):
    return inbox.notify(
        "note",
        subject=f"n{number}",
        members=Member.objects.filter(pk=member.pk),
        template="community/note",
        context={"text": f"<b>Note {number}</b>"},
        path=path,
        local_date=dt.date(2026, 3, 2),
    )


def test_inbox_shows_items_escaped_newest_first(client, signed_in, member):
    tell(member, 1)
    tell(member, 2)

    shown = client.get(INBOX).content.decode()

    assert shown.index("&lt;b&gt;Note 2") < shown.index("&lt;b&gt;Note 1")


def test_each_button_says_what_it_is_about_to_who_hears_it_alone(client, signed_in, member):
    tell(member)

    shown = client.get(INBOX).content.decode()

    assert 'Go there<span class="u-hide"> &lt;b&gt;Note 1&lt;/b&gt;</span></button>' in shown


def test_inbox_is_empty_in_words_and_leads_on(client, signed_in, member):
    shown = client.get(INBOX).content.decode()

    assert "Nothing yet" in shown
    assert f'href="{reverse("community:today")}">Go to today</a>' in shown


def test_dot_is_there_while_something_is_unread(client, signed_in, member):
    assert "data-unread" not in client.get(INBOX).content.decode()

    run = tell(member)

    assert "data-unread" in client.get(INBOX).content.decode()
    client.post(reverse("community:inbox_open", args=[run.public_id]))
    assert "data-unread" not in client.get(INBOX).content.decode()


def test_dot_costs_no_query_of_its_own(client, signed_in, member):
    with CaptureQueriesContext(connection) as without:
        client.get(INBOX)
    tell(member)
    with CaptureQueriesContext(connection) as with_dot:
        client.get(INBOX)

    assert len(with_dot) == len(without)


def test_opening_marks_read_and_leads_on(client, signed_in, member):
    run = tell(member, path="/help/?day=1")

    response = client.post(reverse("community:inbox_open", args=[run.public_id]))

    assert response.headers["Location"] == "/help/?day=1"
    assert InboxItem.objects.get().read_at is not None


def test_item_never_leads_off_the_site(client, signed_in, member):
    run = tell(member)
    Run.objects.update(path="//evil.example/")

    response = client.post(reverse("community:inbox_open", args=[run.public_id]))

    assert response.headers["Location"] == INBOX


def test_item_of_somebody_else_is_not_found(client, signed_in, member):
    run = tell(MemberFactory())

    response = client.post(reverse("community:inbox_open", args=[run.public_id]))

    assert response.status_code == 404
    assert InboxItem.objects.get().read_at is None


def test_marking_all_read_leaves_what_came_after_the_page_was_shown(client, signed_in, member):
    tell(member, 1)
    newest = client.get(INBOX).context["newest"]
    tell(member, 2)

    client.post(reverse("community:inbox_read_all"), {"up_to": newest})

    assert InboxItem.objects.unread().get().run.subject == "n2"


def test_marking_read_with_nonsense_changes_nothing(client, signed_in, member):
    tell(member)

    for nonsense in ("", "x", "٣", "9" * 40):
        assert (
            client.post(reverse("community:inbox_read_all"), {"up_to": nonsense}).status_code == 302
        )

    assert InboxItem.objects.unread().count() == 1


def test_inbox_has_pages_and_constant_queries(client, signed_in, member):
    tell(member, 0)
    client.get(INBOX)
    with CaptureQueriesContext(connection) as few:
        client.get(INBOX)
    for number in range(1, 26):
        tell(member, number)
    with CaptureQueriesContext(connection) as many:
        first = client.get(INBOX)
    second = client.get(INBOX, {"after": first.context["page"].next})

    assert len(many) == len(few) <= 5
    assert [len(first.context["rows"]), len(second.context["rows"])] == [25, 1]
