"""A screenshot of a chat for the demo: bubbles whose words are bars, so that it shows nobody."""

import io
import random

from PIL import Image, ImageDraw

from cohorts.models import Camp
from cohorts.services import evidence
from community.models import Member, Upload

WIDTH, HEIGHT = 390, 700
PAPER, BAR, INK, OTHERS, OURS = "#ededed", "#d9d9d9", "#b9b9b9", "#ffffff", "#b5e3a1"


def screenshot(*, camp: Camp, by: Member) -> Upload:
    """Kept for the people of the staff room, as what shows on a step is."""
    return evidence.picture(file=_drawn(camp.slug), by=by, room=camp.staff_room)


def _drawn(seed: str) -> io.BytesIO:
    chance = random.Random(seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 48), fill="#f7f7f7")
    pen.rounded_rectangle((140, 18, 250, 30), 6, fill=INK)
    top = 68
    for lines, ours in ((7, True), (1, False), (2, False), (1, False), (3, False), (1, True)):
        top = _bubble(pen, chance, top, lines, ours=ours)
    file = io.BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return file


def _bubble(
    pen: ImageDraw.ImageDraw, chance: random.Random, top: int, lines: int, *, ours: bool
) -> int:
    """One bubble with its face beside it; where the next one begins."""
    left, right = (70, WIDTH - 60) if ours else (60, WIDTH - 90)
    bottom = top + 22 + 20 * lines
    face = WIDTH - 48 if ours else 12
    pen.rounded_rectangle((face, top, face + 36, top + 36), 6, fill=BAR)
    pen.rounded_rectangle((left, top, right, bottom), 8, fill=OURS if ours else OTHERS)
    for number in range(lines):
        at = top + 14 + 20 * number
        pen.rounded_rectangle((left + 12, at, right - chance.randint(14, 120), at + 9), 4, fill=INK)
    return max(bottom, top + 36) + 18
