"""What a list writes about a person: her name, her address, her phone, the draft she will find.

Only of accounts that nobody has claimed yet. Everything here is in bulk: a fixed number of queries
for any number of people up to ``known.CHUNK``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from community import places
from community.models import Introduction, Member, MemberPhone, Tag
from community.models.tag import key_of, label_of
from community.services.roster.known import chunks
from community.services.roster.person import Person


@dataclass
class Current:
    """What an unclaimed account holds now."""

    nickname: str
    email: str
    phone_index: str
    fields: dict[str, Any] = field(default_factory=dict)


def current(member_ids: Iterable[int]) -> dict[int, Current]:
    """What each of them holds. One query per 500."""
    found: dict[int, Current] = {}
    for some in chunks(member_ids):
        rows = Member.objects.filter(pk__in=some).values_list(
            "pk", "display_name", "email", "phone__index", "introduction__draft"
        )
        for pk, name, email, index, draft in rows:
            fields = (draft or {}).get("fields", {})
            found[pk] = Current(name, email or "", index or "", fields)
    return found


def draft_of(person: Person) -> dict[str, Any]:
    """The answers of a draft in the words of the list; what the list leaves empty is not in it."""
    place = places.get(person.place_code)
    said: dict[str, Any] = {
        "nickname": person.nickname,
        "occupation": person.occupation,
        "place": place.label if place else person.place_text,
        "line": person.sentence,
        **_words("offers", person.offers),
        **_words("needs", person.needs),
    }
    return {name: value for name, value in said.items() if value}


def _words(name: str, words: tuple[str, ...]) -> dict[str, Any]:
    """Words that the wizard offers become its own; the others stay as they were written."""
    keys = {word: key_of(Tag.Kind.SKILL, word) for word in words}
    known = [key for key in keys.values() if label_of(Tag.Kind.SKILL, key)]
    own = [word for word, key in keys.items() if key not in known]
    return {name: list(dict.fromkeys(known)), f"{name}_own": "、".join(own)}


def differs(person: Person, now: Current) -> bool:
    """Whether the list says something that the account does not hold."""
    if person.nickname != now.nickname:
        return True
    if person.email and not now.email:
        return True
    if person.phone and person.phone_index != now.phone_index:
        return True
    return any(now.fields.get(name) != value for name, value in draft_of(person).items())


def write(people: list[tuple[int, Person]], at) -> None:
    """Write drafts and phone numbers of ``people``, new or changed. Six queries per 500.

    A draft keeps what the list does not speak of. Call it inside the transaction that made them.
    """
    for some in chunks(people):
        _write_drafts(some, at)
        _write_phones(some, at)


def _write_drafts(people: list[tuple[int, Person]], at) -> None:
    found = Introduction.objects.filter(member__in=[member_id for member_id, _ in people])
    there = {row.member_id: row for row in found}
    fresh, changed = [], []
    for member_id, person in people:
        row = there.get(member_id)
        before = row.draft if row is not None else {}
        draft = before | {"fields": before.get("fields", {}) | draft_of(person)}
        if row is None:
            fresh.append(Introduction(member_id=member_id, draft=draft, draft_saved_at=at))
        elif draft != before:
            row.draft, row.draft_saved_at = draft, at
            changed.append(row)
    Introduction.objects.bulk_create(fresh)
    if changed:
        Introduction.objects.bulk_update(changed, ["draft", "draft_saved_at"])


def _write_phones(people: list[tuple[int, Person]], at) -> None:
    numbers = {member_id: person.phone for member_id, person in people if person.phone}
    there = {row.member_id: row for row in MemberPhone.objects.filter(member__in=list(numbers))}
    fresh, stale = [], []
    for member_id, number in numbers.items():
        row = there.get(member_id)
        phone = MemberPhone(member_id=member_id, source=MemberPhone.Source.ROSTER)
        phone.set(number)
        if row is not None and row.index == phone.index:
            continue
        if row is not None:
            stale.append(row.pk)  # a sealed value is bound to its row: another number, another row
        fresh.append(phone)
    if stale:
        MemberPhone.objects.filter(pk__in=stale).delete()
    MemberPhone.objects.bulk_create(fresh)
