"""What a row says of a person, once its cells are read."""

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from community import places
from community.models.contact import phone_index
from community.services.roster import cells
from community.services.roster.header import Header
from community.services.roster.reading import Record
from community.trust import crypto


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the list. Texts are as she wrote them, without what nobody sees."""

    line: int
    nickname: str = ""
    email: str = ""
    phone: str = ""
    place_code: str = ""
    place_text: str = ""
    occupation: str = ""
    sentence: str = ""
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    joined_at: dt.datetime | None = None
    phone_index: str = ""

    def fingerprint(self) -> str:
        """A keyed fingerprint of all she says: so a row without phone and e-mail is known again."""
        said = (self.nickname, self.email, self.phone, self.occupation, self.sentence)
        place = self.place_code or cells.folded(self.place_text)
        lists = ("\x1e".join(map(cells.folded, words)) for words in (self.offers, self.needs))
        return crypto.blind_index(
            "\x1f".join([*map(cells.folded, said), place, *lists]), purpose="roster.row"
        )

    def filled_from(self, other: "Person") -> "Person":
        """Herself, with what she left empty taken from another row of hers."""
        gained = {
            name: getattr(other, name)
            for name in (
                "email",
                "phone",
                "phone_index",
                "occupation",
                "sentence",
                "offers",
                "needs",
                "joined_at",
            )
            if not getattr(self, name) and getattr(other, name)
        }
        if not self.place_code and not self.place_text:
            gained |= {"place_code": other.place_code, "place_text": other.place_text}
        return replace(self, **gained) if gained else self


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as it stands, and the person read from it: what the rules look at."""

    record: Record
    header: Header
    person: Person
    fixed_width: bool

    def said(self, kind: str) -> str:
        """The cell as typed; "" where it says nothing."""
        return _said(self.header, self.record, kind)


def read(
    record: Record, header: Header, *, fixed_width: bool, year: int, zone: ZoneInfo
) -> Reading:
    """Read one row. ``year`` and ``zone`` are for dates such as 11月1日 8:05."""

    def said(kind: str) -> str:
        return _said(header, record, kind)

    place_text = cells.one_line(said("place"))
    place = places.find(place_text) if place_text else None
    number = cells.phone(said("phone")) if said("phone") else ""
    person = Person(
        line=record.line,
        nickname=cells.one_line(header.cells(record, "nickname")),
        email=cells.email(said("email")) if said("email") else "",
        phone=number,
        phone_index=phone_index(number) if number else "",
        place_code=place.code if place else "",
        place_text="" if place else place_text,
        occupation=cells.one_line(said("occupation")),
        sentence=cells.visible(said("sentence")),
        offers=cells.tags(said("offers")),
        needs=cells.tags(said("needs")),
        joined_at=cells.moment(said("joined"), year=year, zone=zone) if said("joined") else None,
    )
    return Reading(record, header, person, fixed_width)


def _said(header: Header, record: Record, kind: str) -> str:
    text = header.cells(record, kind)
    return "" if cells.is_blank(text) else text
