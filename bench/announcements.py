"""The linter of announcements: what one draft costs while somebody types."""

import datetime as dt
import time
from collections.abc import Iterator

from bench.harness import Result, bench, within
from community.services import placeholders
from community.services.linting import rules
from community.services.linting.rules import Draft

ROUNDS, LIMIT_MS = 200, 5
VALUES = {
    "day": "3",
    "lesson.title": "写声音",
    "lesson.link": "https://shalijin.example/c/a/lesson/3/",
    "check_in.link": "https://shalijin.example/c/a/check/",
}
# Longer than a screen, with a link, a list, emoji and words to look at in every paragraph.
TEXT = "\n\n".join(
    f"第 {{{{ day }}}} 天，第 {n} 段 🌱：昨天有同学问能不能用语音写，可以，最好转成文字再交。\n"
    "1. 不少于一百字\n2. 周五之前\n看这里 https://a.example/lesson/3"
    for n in range(12)
)


@bench(ms=1)
def announcement_lint() -> Iterator[Result]:
    """Milliseconds a draft, the median of many; fine up to 5."""
    draft = Draft(TEXT, placeholders.fill(TEXT, VALUES), dt.date(2026, 3, 4), day=3, values=VALUES)
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        rules.lint(draft)
        taken.append((time.perf_counter() - began) * 1_000)
    median = sorted(taken)[ROUNDS // 2]
    yield within("announcement_lint", round(median, 3), "ms", LIMIT_MS)
