"""The people that a row may be about: those of the space, and those of the rows before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from community.models import Member, Membership, Space
from community.models.contact import MemberPhone
from community.models.roster_import import RosterRow
from community.services.roster.person import Person

CHUNK = 500


@dataclass(eq=False)
class Somebody:
    """``line`` is the first row of this file that is about her; ``member_id`` if she is here."""

    line: int | None = None
    member_id: int | None = None
    email: str = ""
    unclaimed: bool = False
    place: str = ""


def chunks(values: Iterable, size: int = CHUNK) -> Iterator[list]:
    """Lists of at most ``size``: more parameters than a query takes are never given to one."""
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]


class People:
    """Everybody by e-mail, phone and row. Three queries per 500 rows; memory grows with the file,
    not with the space. Accounts that are not in the space stay unknown: a list is no way to ask
    who has one."""

    def __init__(self, space: Space, persons: dict[str, Person]) -> None:
        """``persons`` by the fingerprint of their row."""
        self.space = space
        self.by_email: dict[str, Somebody] = {}
        self.by_phone: dict[str, list[Somebody]] = defaultdict(list)
        self.by_row: dict[str, Somebody] = {}
        self._here: dict[int, Somebody] = {}
        self._load(persons)

    def _load(self, persons: dict[str, Person]) -> None:
        places = Membership.objects.filter(space=self.space)
        emails = {person.email for person in persons.values() if person.email}
        for some in chunks(sorted(emails)):
            self._meet(places.filter(member__email__in=some))
        indexes = {person.phone_index for person in persons.values() if person.phone}
        found: dict[int, str] = {}
        for some in chunks(sorted(indexes)):
            phones = MemberPhone.objects.filter(
                index__in=some, member__memberships__space=self.space
            )
            found |= dict(phones.values_list("member_id", "index"))
        came: dict[str, int] = {}
        for some in chunks(sorted(persons)):
            rows = RosterRow.objects.filter(
                roster__space=self.space,
                roster__confirmed_at__isnull=False,
                fingerprint__in=some,
                member__isnull=False,
            )
            came |= dict(rows.values_list("fingerprint", "member_id"))
        strangers = (set(found) | set(came.values())) - set(self._here)
        for some in chunks(sorted(strangers)):
            self._meet(places.filter(member__in=some))
        for member_id, index in found.items():
            self.by_phone[index].append(self._here[member_id])
        for fingerprint, member_id in came.items():
            if who := self._here.get(member_id):
                self.by_row[fingerprint] = who

    def _meet(self, places) -> None:
        rows = places.values_list("member_id", "member__email", "member__state", "state")
        for member_id, email, state, place in rows:
            who = Somebody(None, member_id, email or "", state == Member.State.UNCLAIMED, place)
            self._here[member_id] = who
            if email:
                self.by_email[email] = who

    def find(self, person: Person, fingerprint: str) -> tuple[Somebody | None, str]:
        """(who, by which key: row, email, phone), or (None, "several") for one phone of several."""
        who = self.by_row.get(fingerprint)
        if who is not None and (not person.email or who.email == person.email):
            return who, "row"
        if person.email and person.email in self.by_email:
            return self.by_email[person.email], "email"
        same = [w for w in self.sharing_phone(person) if not (person.email and w.email)]
        if len(same) > 1:
            return None, "several"
        return (same[0], "phone") if same else (None, "")

    def sharing_phone(self, person: Person) -> list[Somebody]:
        return self.by_phone.get(person.phone_index, []) if person.phone else []

    def add(self, person: Person, fingerprint: str) -> Somebody:
        who = Somebody(line=person.line)
        self.learn(who, person, fingerprint)
        return who

    def learn(self, who: Somebody, person: Person, fingerprint: str) -> None:
        """Know her by this row too."""
        if person.email and not who.email:
            who.email = person.email
            self.by_email[person.email] = who
        if person.phone and who not in self.by_phone[person.phone_index]:
            self.by_phone[person.phone_index].append(who)
        self.by_row.setdefault(fingerprint, who)
