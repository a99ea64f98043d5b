"""What may be wrong with a row, in one table: what is looked for, what it means, what is said.

A row that breaks a ``REJECT`` rule is left out. A ``WARN`` loses or doubts something and somebody
should look; a ``NOTE`` says what was done. Nothing here is ever guessed or mended in silence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.models import Member
from community.models.introduction import LIMITS
from community.services.roster import cells
from community.services.roster.person import Reading
from community.services.roster.reading import MAX_CELL

REJECT, WARN, NOTE = "reject", "warn", "note"
MAX_NICKNAME = Member._meta.get_field("display_name").max_length or 60
# What an introduction may have when it is published. A draft takes more, so nothing is lost.
FITS = {"sentence": LIMITS["line"], "place": LIMITS["place"], "occupation": LIMITS["occupation"]}

Found = dict[str, Any] | None


@dataclass(frozen=True)
class Rule:
    """``finds`` gives the figures for ``says`` when the row has it, else None."""

    code: str
    weight: str
    says: Any
    finds: Callable[[Reading], Found] = lambda reading: None


def _longer(text: str, fits: int) -> Found:
    over = len(text) - fits
    return {"length": len(text), "fits": fits, "over": over} if over > 0 else None


def _if(condition: object) -> Found:
    return {} if condition else None


def _longest_cell(row: Reading) -> Found:
    longest = max(map(len, row.record.cells), default=0)
    return {"fits": MAX_CELL} if longest > MAX_CELL else None


def _email_left_out(row: Reading) -> Found:
    return _if(row.said("email") and not row.person.email)


def _phone_mangled(row: Reading) -> Found:
    return _if(cells.is_mangled(row.said("phone")))


def _phone_incomplete(row: Reading) -> Found:
    said = row.said("phone")
    if not said or row.person.phone or cells.is_mangled(said):
        return None
    return {"digits": cells.digits_in(said)}


def _too_few(row: Reading) -> Found:
    has, width = len(row.record.cells), row.header.width
    return {"has": has, "width": width} if row.fixed_width and has < width else None


def _too_many(row: Reading) -> Found:
    more = sum(bool(cell.strip()) for cell in row.record.cells[row.header.width :])
    return {"more": more} if more else None


def _formula_like(row: Reading) -> Found:
    seen = (
        cell
        for column, cell in enumerate(row.record.cells)
        if column not in row.header.hidden and cells.phone(cell) == ""
    )
    return _if(any(cells.looks_like_formula(cell) and len(cell.strip()) > 1 for cell in seen))


RULES = (
    Rule(
        "no_nickname",
        REJECT,
        _("The nickname is missing, and everybody needs one. Write it into the list."),
        lambda row: _if(not row.person.nickname),
    ),
    Rule(
        "nickname_too_long",
        REJECT,
        _("The nickname has %(length)s characters; %(fits)s fit. Make it %(over)s shorter."),
        lambda row: _longer(row.person.nickname, MAX_NICKNAME),
    ),
    Rule(
        "cell_too_long",
        REJECT,
        _("A cell holds more than %(fits)s characters. Shorten it, or is a line broken?"),
        _longest_cell,
    ),
    Rule(
        "email_invalid",
        WARN,
        _("What stands under e-mail is no address. It was left out; nothing was guessed."),
        _email_left_out,
    ),
    Rule(
        "phone_mangled",
        WARN,
        _(
            "A spreadsheet has rounded the phone number, and its digits are lost. It was left out. "
            "Format the column as text, type the number again."
        ),
        _phone_mangled,
    ),
    Rule(
        "phone_incomplete",
        WARN,
        _("The phone number is not whole: it has %(digits)s digits. It was left out."),
        _phone_incomplete,
    ),
    Rule(
        "no_contact",
        WARN,
        _(
            "No phone and no e-mail that can be used: only a claim link reaches this person. If the "
            "row is edited later, it comes in as a new person."
        ),
        lambda row: _if(not row.person.email and not row.person.phone),
    ),
    Rule(
        "sentence_too_long",
        WARN,
        _(
            "The introduction has %(length)s characters, %(over)s more than fit. It comes in "
            "whole, as a draft; its writer shortens it before publishing."
        ),
        lambda row: _longer(row.person.sentence, FITS["sentence"]),
    ),
    Rule(
        "place_too_long",
        WARN,
        _(
            "The place has %(length)s characters, %(over)s more than fit. It comes in whole, as a "
            "draft."
        ),
        lambda row: _longer(row.person.place_text, FITS["place"]),
    ),
    Rule(
        "occupation_too_long",
        WARN,
        _(
            "The occupation has %(length)s characters, %(over)s more than fit. It comes in whole, "
            "as a draft."
        ),
        lambda row: _longer(row.person.occupation, FITS["occupation"]),
    ),
    Rule(
        "too_few_cells",
        WARN,
        _("The row ends after %(has)s of %(width)s columns. What is missing stays empty."),
        _too_few,
    ),
    Rule(
        "too_many_cells",
        WARN,
        _("The row has %(more)s cells without a heading. They were left out."),
        _too_many,
    ),
    Rule(
        "date_unreadable",
        NOTE,
        _("The date cannot be read; today counts as the day of joining."),
        lambda row: _if(row.said("joined") and row.person.joined_at is None),
    ),
    Rule(
        "place_unknown",
        NOTE,
        _("The place is not in the table of provinces and cities; it was kept as written."),
        lambda row: _if(row.person.place_text),
    ),
    Rule(
        "formula_like",
        NOTE,
        _("A text begins like a formula. It was kept as text, and no export will run it."),
        _formula_like,
    ),
    Rule(
        "formula_unsolved",
        NOTE,
        _("A cell is a formula whose result is not in the file. The formula was kept as text."),
        lambda row: _if(row.record.formulas),
    ),
)

# Found when rows are put beside each other and beside the people of the space.
MATCHES = (
    Rule("same_row", NOTE, _("The same row as line %(line)s. One person.")),
    Rule("same_email", NOTE, _("The same e-mail as line %(line)s. One person.")),
    Rule("same_phone", NOTE, _("The same phone number as line %(line)s. One person.")),
    Rule("here_by_row", NOTE, _("Came in with the same row before.")),
    Rule("here_by_email", NOTE, _("Is in the space already, by e-mail.")),
    Rule("here_by_phone", NOTE, _("Is in the space already, by phone number.")),
    Rule(
        "her_own_words",
        NOTE,
        _("Writes an introduction of their own now; nothing of it is changed."),
    ),
    Rule(
        "phone_shared",
        WARN,
        _(
            "The same phone number as line %(line)s, but another e-mail: two people who share a "
            "phone, or one with two addresses. Taken as two."
        ),
    ),
    Rule(
        "phone_shared_here",
        WARN,
        _("Somebody in the space has the same phone number and another e-mail. Taken as two."),
    ),
    Rule(
        "several_people",
        REJECT,
        _("This phone number belongs to several people. Add the e-mail, or take the row out."),
    ),
    Rule(
        "left_the_space",
        REJECT,
        _("Has left the space. A list brings nobody back; send an invitation instead."),
    ),
    Rule(
        "suspended",
        REJECT,
        _("Was suspended from the space. Reinstate on the page of people, if that is right."),
    ),
    Rule(
        "not_now",
        REJECT,
        _("Could not be brought in. Send an invitation instead."),
    ),
)

BY_CODE = {rule.code: rule for rule in (*RULES, *MATCHES)}


def notes_on(reading: Reading) -> list[tuple[str, dict[str, Any]]]:
    """(code, figures) of every rule that the row meets, in the order of the table."""
    found = ((rule.code, rule.finds(reading)) for rule in RULES)
    return [(code, figures) for code, figures in found if figures is not None]


def rejects(notes: list) -> bool:
    return any(BY_CODE[code].weight == REJECT for code, _figures in notes)


def warns(notes: list) -> bool:
    return any(BY_CODE[code].weight == WARN for code, _figures in notes)


def sentences(notes: list) -> list[str]:
    """The notes in the language of whoever reads."""
    return [str(BY_CODE[code].says) % figures for code, figures in notes]
