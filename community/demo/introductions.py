"""The demo's introductions: most of them answered, a few that wait, one that wants company."""

import datetime as dt

from community.demo import introduction_texts as texts
from community.demo.people_builder import told
from community.models import (
    Article,
    ArticleVersion,
    Greeting,
    InboxItem,
    Introduction,
    IntroductionVersion,
    Member,
    Membership,
    Praise,
    Recognition,
)
from community.services import articles, help_requests, intro_drafts, introductions, praise
from community.services.answers import Answers

PUBLIC = "ahe"  # one page that can be read without signing in


def build(demo) -> None:
    """Publish what is missing. Who has an introduction already keeps it as it is."""
    if Introduction.objects.filter(published_at__isnull=False).exists():
        return
    people = {member.handle: member for member in Member.objects.all()}
    waiting = dict(texts.WAITING)
    for number, text in enumerate(texts.TEXTS):
        member = people.get(text.handle)
        if member is None:
            continue
        hours = waiting.get(text.handle)
        at = demo.now - dt.timedelta(hours=hours) if hours else demo.ago(30 - number * 0.8)
        publish_at(at, member=member, answers=answers_of(text, member))
    _answer(demo, people)
    _write_articles(demo, people)
    _ask_for_help(people)


def answers_of(text: texts.Text, member: Member) -> Answers:
    """One of the texts as answers."""
    is_public = text.handle == PUBLIC
    return told(
        member.display_name,
        occupation=text.occupation,
        place=text.place,
        line=text.line,
        reasons=text.reasons.split(),
        proud=text.proud,
        offers=text.offers,
        needs=text.needs,
        ways=("group", "letter") if is_public else ("group",),
        hours="晚上八点以后" if is_public else "",
        audience="public" if is_public else "spaces",
    )


def publish_at(at: dt.datetime, *, member: Member, answers: Answers) -> None:
    """Publish as if it had been then."""
    introductions.publish(member=member, answers=answers)
    mine = Introduction.objects.filter(member=member)
    mine.update(published_at=at, changed_at=at)
    IntroductionVersion.objects.filter(introduction__member=member).update(published_at=at)
    Greeting.objects.filter(introduction__member=member).update(asked_at=at)


def _answer(demo, people: dict[str, Member]) -> None:
    for giver, handle, part, words in texts.PRAISE:
        row = Introduction.objects.filter(member__handle=handle).first()
        if row is None or giver not in people:
            continue
        given = praise.give(introduction=row, by=people[giver], part=part, text=words)
        at = min(demo.now, row.published_at + dt.timedelta(hours=3))
        Praise.objects.filter(pk=given.pk).update(given_at=at)
        Greeting.objects.filter(praise=given).update(answered_at=at)
        told = InboxItem.objects.filter(member=row.member_id, run__template="community/praised")
        told.filter(created_at__gt=at).update(created_at=at)
    # The rest were answered in the group, before there was a place for it here.
    left = Greeting.objects.filter(state=Greeting.State.WAITING).exclude(
        introduction__member__handle__in=dict(texts.WAITING)
    )
    for greeting in left.select_related("introduction", "space"):
        staff = Membership.objects.staff().filter(space=greeting.space)
        host = staff.exclude(member=greeting.introduction.member).select_related("member").first()
        if host is not None:
            Greeting.objects.filter(pk=greeting.pk).update(
                state=Greeting.State.ANSWERED,
                answered_at=greeting.asked_at + dt.timedelta(hours=2),
                answered_by=host.member,
            )
    for handle, by, how in texts.KNOWN_BY:
        Recognition.objects.get_or_create(
            member=people[handle], by=people[by], defaults={"how": how}
        )


def _write_articles(demo, people: dict[str, Member]) -> None:
    for number, (handle, title, body) in enumerate(texts.ARTICLES):
        article = articles.begin(member=people[handle])
        articles.save_draft(article=article, title=title, body=body, writer="demo", seen=0)
        articles.publish(article=article, audience="public" if handle == PUBLIC else "spaces")
        at = demo.ago(12 - 3 * number)
        Article.objects.filter(pk=article.pk).update(published_at=at, changed_at=at)
        ArticleVersion.objects.filter(article=article).update(published_at=at)


def _ask_for_help(people: dict[str, Member]) -> None:
    for handle, fields in texts.DRAFTS:
        for step, names in intro_drafts.STEPS.items():
            values = {name: fields[name] for name in names if name in fields}
            if values:
                intro_drafts.save_step(
                    people[handle], {}, step=step, values=values, writer="demo", seen=0, then=step
                )
    handle, note = texts.HELP
    member = people[handle]
    place = Membership.objects.active().filter(member=member).select_related("space").first()
    if place is not None:
        help_requests.ask(member=member, space=place.space, note=note)
