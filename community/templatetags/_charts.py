"""Charts drawn by the server: shapes with classes, and the same numbers as a table beside them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from community.templatetags._kit import Kit, one_of, render

kit = Kit()
# The drawing board, in its own units: the browser scales it to the column.
WIDTH, TOP, FLOOR, HEIGHT = 640, 24, 164, 200


@dataclass(frozen=True)
class Column:
    """One bar where it stands: left edge, top, size, and the middle for its words."""

    label: str
    value: float
    text: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    words_y: float
    now: bool


@kit.part
def chart(
    rows: Iterable[tuple[str, float]],
    caption: str,
    *,
    kind: str = "columns",
    unit: str = "",
    current: str = "",
    head: str = "",
    value_head: str = "",
) -> SafeString:
    """Numbers (label, value) as columns, or as bars where labels are long. ``caption`` says what
    is seen, ``unit`` stands behind each number, ``current`` is the label that stands out. ``head``
    and ``value_head`` name the columns of the table that goes with it. Negative values count as
    none; with no rows, or none above zero, there is only the table."""
    one_of("chart kind", kind, ("columns", "bars"))
    numbers = [(str(label), float(value)) for label, value in rows]
    highest = max((value for _, value in numbers), default=0)
    shape = _columns(numbers, highest, unit, current) if highest > 0 else []
    shares = [(label, _words(value, unit), 100 * max(0.0, value) / highest if highest > 0 else 0)
              for label, value in numbers]  # fmt: skip
    return render("chart", caption=caption, kind=kind, columns=shape, shares=shares, head=head,
                  value_head=value_head, width=WIDTH, height=HEIGHT, floor=FLOOR,
                  label_y=FLOOR + 22)  # fmt: skip


def _columns(
    numbers: list[tuple[str, float]], highest: float, unit: str, current: str
) -> list[Column]:
    pitch = WIDTH / len(numbers)
    width = min(56.0, pitch * 0.62)
    columns = []
    for index, (label, value) in enumerate(numbers):
        height = (FLOOR - TOP) * max(0.0, value) / highest
        middle = pitch * (index + 0.5)
        columns.append(
            Column(
                label=_fitted(label, pitch),
                value=value,
                text=_words(value, unit),
                x=round(middle - width / 2, 1),
                y=round(FLOOR - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                words_y=round(FLOOR - height - 8, 1),
                now=bool(current) and label == current,
            )
        )
    return columns


def _words(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return f"{number}{unit}"


def _fitted(label: str, room: float) -> str:
    """As much of ``label`` as stands in ``room`` units; the table has all of it."""
    taken = 0.0
    for index, character in enumerate(label):
        taken += 14 if unicodedata.east_asian_width(character) in "WF" else 8
        if taken > room - 8:
            return label[: max(0, index - 1)] + "…"
    return label
