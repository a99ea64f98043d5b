"""Publishing an introduction, and taking oneself out of sight."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import clock
from community.errors import DomainError
from community.models import (
    ContactPreference,
    Highlight,
    Introduction,
    IntroductionTag,
    IntroductionVersion,
    Member,
    Membership,
    Tag,
)
from community.models.audience import Audience
from community.models.flag import Flag
from community.services import greetings, highlights, watch
from community.services.answers import KIND_OF_SIDE, Answers, content_of, too_long
from community.services.strength import strength_of


@dataclass(frozen=True)
class Published:
    """What came of publishing: ``first`` if it was the first time, ``is_held`` if staff read it
    before others do, ``neighbours`` how many people of her spaces are in the same place."""

    introduction: Introduction
    first: bool
    is_held: bool
    neighbours: int


@transaction.atomic
def publish(*, member: Member, answers: Answers) -> Published:
    """Make ``answers`` what others read, keep a version if something was changed, and have it
    waited for in each of her spaces.

    Locks her introduction. Raises DomainError (with the field) for a missing nickname, an answer
    that is too long, or a word that is refused; then nothing is changed.
    """
    _refuse_what_does_not_fit(answers)
    row, _made = Introduction.objects.select_for_update().get_or_create(member=member)
    spaces = list(
        Membership.objects.active().filter(member=member).values_list("space_id", flat=True)
    )
    held = watch.check(
        what=Flag.What.INTRODUCTION,
        subject=row.public_id,
        member=member,
        texts=_texts(answers),
        spaces=spaces,
    )
    now, first = clock.now(), row.published_at is None
    changed = _fill(row, answers, member)
    row.strength = strength_of(answers)
    row.published_at = row.published_at or now
    row.held_at = now if held else None
    row.draft, row.draft_saved_at = {}, None
    if changed or first:
        row.version += 1
        row.changed_at = now
    row.save()
    _set_tags(row, answers)
    if changed or first:
        IntroductionVersion.objects.create(
            introduction=row,
            number=row.version,
            content=content_of(answers),
            strength=row.strength,
            published_at=now,
        )
    ContactPreference.objects.update_or_create(
        member=member,
        defaults={"ways": list(answers.ways), "hours": answers.hours, "changed_at": now},
    )
    Member.objects.filter(pk=member.pk).update(display_name=answers.nickname)
    member.display_name = answers.nickname
    greetings.expect(introduction=row, spaces=spaces)
    if not first:
        highlights.follow(row)
    return Published(row, first, held, _neighbours(row, member))


def _refuse_what_does_not_fit(answers: Answers) -> None:
    if not answers.nickname:
        raise DomainError(
            _("Tell us what people call you; the rest is up to you."), field="nickname"
        )
    for name, over in too_long(answers).items():
        raise DomainError(over_by(over), field=name)


def over_by(count: int) -> str:
    """By how much a text is too long, and what to do."""
    return ngettext(
        "This is %(count)d character too long. Shorten it; what you wrote is kept here.",
        "This is %(count)d characters too long. Shorten it; what you wrote is kept here.",
        count,
    ) % {"count": count}


def _texts(answers: Answers) -> dict[str, str]:
    """The parts that are watched, by name."""
    own = [label for words in answers.words().values() for key, label in words if key != label]
    return {
        "nickname": answers.nickname,
        "occupation": answers.occupation,
        "place": answers.place_text,
        "line": answers.line,
        "reasons": answers.reason_own,
        "proud": answers.proud,
        "words": " / ".join(own),
        "links": " ".join(answers.links),
        "contact": answers.hours,
    }


def _fill(row: Introduction, answers: Answers, member: Member) -> bool:
    """Carry the answers over; whether others now read something else than before."""
    newest = row.versions.first() if row.pk else None
    row.nickname, row.occupation, row.line = answers.nickname, answers.occupation, answers.line
    row.place_code, row.place_text = answers.place_code, answers.place_text
    row.reason_own, row.proud = answers.reason_own, answers.proud
    row.links = list(answers.links)
    row.visibility = dict(answers.visibility)
    row.audience = answers.audience
    if member.is_minor:
        # Nobody outside her spaces reads about a child, whatever was chosen.
        row.audience = Audience.SPACES if row.audience == Audience.PUBLIC else row.audience
        row.visibility = {
            part: Audience.SPACES.value if circle == Audience.PUBLIC else circle
            for part, circle in row.visibility.items()
        }
    return newest is None or newest.content != content_of(answers)


def _set_tags(row: Introduction, answers: Answers) -> None:
    wanted = [
        (str(side), KIND_OF_SIDE[IntroductionTag.Side(side)], key, label)
        for side, words in answers.words().items()
        for key, label in words
    ]
    tags = tags_for({(kind, key): label for _side, kind, key, label in wanted})
    row.tags.all().delete()
    IntroductionTag.objects.bulk_create(
        [
            IntroductionTag(introduction=row, tag_id=tags[str(kind), key], side=side)
            for side, kind, key, _label in wanted
        ]
    )


def tags_for(words: dict[tuple[Any, str], str]) -> dict[tuple[str, str], int]:
    """The keys of the rows for (kind, key) → label, made where they are missing. Two queries for
    each 500 words."""
    found: dict[tuple[str, str], int] = {}
    items = [(str(kind), key, label) for (kind, key), label in words.items()]
    for start in range(0, len(items), 500):
        part = items[start : start + 500]
        Tag.objects.bulk_create(
            [Tag(kind=kind, key=key, label=label[:40]) for kind, key, label in part],
            ignore_conflicts=True,
        )
        rows = Tag.objects.filter(key__in={key for _kind, key, _label in part})
        found |= {(kind, key): pk for pk, kind, key in rows.values_list("pk", "kind", "key")}
    return found


def _neighbours(row: Introduction, member: Member) -> int:
    if not row.place_code:
        return 0
    return Introduction.objects.in_spaces_of(member).filter(place_code=row.place_code).count()


@transaction.atomic
def hide(member: Member) -> None:
    """Out of every list and off her page, at once. Twice is fine. One UPDATE."""
    Member.objects.filter(pk=member.pk, hidden_at=None).update(hidden_at=clock.now())


@transaction.atomic
def come_out(member: Member) -> None:
    """Back where she was; what waits for an answer waits from now on."""
    if Member.objects.filter(pk=member.pk, hidden_at__isnull=False).update(hidden_at=None):
        greetings.wait_anew(member)


@transaction.atomic
def withdraw(member: Member) -> None:
    """Take the published text back; it becomes the draft again. Versions and praise stay hers."""
    row = Introduction.objects.select_for_update().filter(member=member).first()
    if row is None or row.published_at is None:
        raise DomainError(_("Nothing is published that could be taken back."))
    Introduction.objects.filter(pk=row.pk).update(published_at=None, held_at=None)
    highlights.forget(kind=Highlight.Kind.INTRODUCTION, sources=[row.public_id])
