"""Many introductions at once: for an import, the demo, and measuring with 100,000 members.

They skip the questions that are asked of one person (watched words, hints, limits of one draft), so
only what was made or checked by the caller goes in.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from community import clock
from community.models import (
    ContactPreference,
    Greeting,
    Introduction,
    IntroductionTag,
    IntroductionVersion,
    Tag,
)
from community.services.answers import (
    KIND_OF_SIDE,
    Answers,
    content_of,
    draft_of,
    one_line,
    words_of,
)
from community.services.intro_drafts import NARROW
from community.services.introductions import tags_for
from community.services.strength import strength_of

BATCH = 500


@dataclass(frozen=True)
class Ready:
    """One introduction to publish: whose, what it says, when, and the spaces in which it waits."""

    member_id: int
    answers: Answers
    at: dt.datetime
    spaces: tuple[int, ...] = ()


def answers_from(row: Mapping[str, Any]) -> Answers:
    """Answers from the columns of a roster: nickname, occupation, place_code, place_text,
    sentence, offers, needs."""
    return Answers(
        nickname=one_line(str(row.get("nickname") or "")),
        occupation=one_line(str(row.get("occupation") or "")),
        place_code=str(row.get("place_code") or ""),
        place_text=one_line(str(row.get("place_text") or "")),
        line=str(row.get("sentence") or "").strip(),
        offers=words_of(Tag.Kind.SKILL, (), "\n".join(row.get("offers") or ())),
        needs=words_of(Tag.Kind.SKILL, (), "\n".join(row.get("needs") or ())),
        visibility=dict(NARROW),
    )


@transaction.atomic
def bulk_draft(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> int:
    """A draft for each (member's key, columns) that has no introduction yet; how many were made.

    One INSERT for each 500 rows; who has written or published anything keeps it. The limits of a
    published text are asked when she publishes, not here.
    """
    now, made = clock.now(), 0
    rows = list(rows)
    for start in range(0, len(rows), BATCH):
        part = dict(rows[start : start + BATCH])
        there = set(
            Introduction.objects.filter(member__in=part).values_list("member_id", flat=True)
        )
        new = [
            Introduction(member_id=key, draft=draft_of(answers_from(row)), draft_saved_at=now)
            for key, row in part.items()
            if key not in there
        ]
        Introduction.objects.bulk_create(new, ignore_conflicts=True)
        made += len(new)
    return made


@transaction.atomic
def publish_many(ready: Iterable[Ready]) -> int:
    """Publish for members without an introduction; how many. Seven queries for each 500.

    The names of the members are the caller's business.
    """
    ready, made = list(ready), 0
    for start in range(0, len(ready), BATCH):
        made += _publish_batch(ready[start : start + BATCH])
    return made


def _publish_batch(ready: list[Ready]) -> int:
    there = set(
        Introduction.objects.filter(member__in=[item.member_id for item in ready]).values_list(
            "member_id", flat=True
        )
    )
    new = [item for item in ready if item.member_id not in there]
    Introduction.objects.bulk_create([_row(item) for item in new])
    keys = dict(
        Introduction.objects.filter(member__in=[item.member_id for item in new]).values_list(
            "member_id", "pk"
        )
    )
    tags = tags_for(
        {
            (KIND_OF_SIDE[IntroductionTag.Side(side)], key): label
            for item in new
            for side, words in item.answers.words().items()
            for key, label in words
        }
    )
    IntroductionTag.objects.bulk_create(
        [
            IntroductionTag(
                introduction_id=keys[item.member_id],
                tag_id=tags[str(KIND_OF_SIDE[IntroductionTag.Side(side)]), key],
                side=side,
            )
            for item in new
            for side, words in item.answers.words().items()
            for key, _label in words
        ],
        batch_size=BATCH,
    )
    IntroductionVersion.objects.bulk_create(
        [
            IntroductionVersion(
                introduction_id=keys[item.member_id],
                number=1,
                content=content_of(item.answers),
                strength=strength_of(item.answers),
                published_at=item.at,
            )
            for item in new
        ]
    )
    ContactPreference.objects.bulk_create(
        [
            ContactPreference(
                member_id=item.member_id,
                ways=list(item.answers.ways),
                hours=item.answers.hours,
                changed_at=item.at,
            )
            for item in new
            if item.answers.ways
        ],
        ignore_conflicts=True,
    )
    Greeting.objects.bulk_create(
        [
            Greeting(space_id=space, introduction_id=keys[item.member_id], asked_at=item.at)
            for item in new
            for space in item.spaces
        ],
        batch_size=BATCH,
    )
    return len(new)


def _row(item: Ready) -> Introduction:
    answers = item.answers
    return Introduction(
        member_id=item.member_id,
        nickname=answers.nickname,
        occupation=answers.occupation,
        place_code=answers.place_code,
        place_text=answers.place_text,
        line=answers.line,
        reason_own=answers.reason_own,
        proud=answers.proud,
        links=list(answers.links),
        audience=answers.audience,
        visibility=dict(answers.visibility),
        strength=strength_of(answers),
        version=1,
        published_at=item.at,
        changed_at=item.at,
    )
