"""Words that introductions have in common: what one can give or needs, directions, reasons.

The curated ones stand in the tables below and are shown in the reader's language; what a member
writes in words of her own becomes a row of its own, so that two people who write the same match.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.trust.words import fold

LONGEST = 20


@dataclass(frozen=True)
class Word:
    """A curated word: its key in the database, its label, and what people type for it."""

    key: str
    label: Any
    also: tuple[str, ...] = ()


SKILLS = (
    Word("cooking", _("Cooking"), ("做饭", "烧饭", "烹饪")),
    Word("moving", _("Moving house"), ("搬家",)),
    Word("video", _("Video editing"), ("剪辑", "视频剪辑", "剪视频", "短视频剪辑")),
    Word("photo", _("Taking photographs"), ("拍照", "摄影")),
    Word("writing", _("Writing"), ("写作", "写文章")),
    Word("editing", _("Editing texts"), ("改稿", "编辑")),
    Word("design", _("Design"), ("设计", "平面设计")),
    Word("coding", _("Programming"), ("编程", "写代码")),
    Word("tables", _("Spreadsheets"), ("表格", "excel")),
    Word("english", _("English"), ("英语", "英文")),
    Word("teaching", _("Tutoring"), ("辅导功课", "教课")),
    Word("feedback", _("Feedback on homework"), ("作业反馈",)),
    Word("cv", _("Help with a CV"), ("改简历", "简历")),
    Word("interview", _("Practising interviews"), ("模拟面试",)),
    Word("jobs", _("Hints about work"), ("工作机会", "找工作")),
    Word("listening", _("Listening"), ("听人说话", "倾听", "聊聊天")),
    Word("hospital", _("Going along to the hospital"), ("陪人去医院", "陪诊")),
    Word("childcare", _("Minding children"), ("带孩子",)),
    Word("eldercare", _("Caring for old people"), ("照顾老人",)),
    Word("repairs", _("Repairing things"), ("修东西", "维修")),
    Word("farming", _("Growing vegetables"), ("种菜", "种地")),
    Word("sewing", _("Sewing and handicraft"), ("针线手工", "手工")),
    Word("driving", _("Driving"), ("开车",)),
    Word("running", _("Somebody to run with"), ("一起晨跑", "一起跑步", "一起晨跑的人")),
)
DIRECTIONS = (
    Word("writer", _("Writer"), ("写作",)),
    Word("editor", _("Video editor"), ("剪辑",)),
    Word("it", _("IT"), ("编程",)),
    Word("designer", _("Designer"), ("设计",)),
    Word("farmer", _("Farmer"), ("种地", "农业")),
    Word("crafts", _("Crafts"), ("手艺",)),
    Word("teacher", _("Teaching"), ("教书",)),
    Word("carer", _("Care for people"), ("照护",)),
    Word("homestay", _("Running a homestay"), ("民宿",)),
    Word("shop", _("A small shop"), ("小店", "电商")),
    Word("cook", _("Food"), ("做吃的", "餐饮")),
    Word("open", _("Not decided yet"), ("还没想好",)),
)
REASONS = (
    Word("self", _("To know myself"), ("认识自己",)),
    Word("work", _("To find out what I want to do"), ("想清楚做什么",)),
    Word("plan", _("To plan what comes next"), ("规划接下来",)),
    Word("change", _("To change direction"), ("想换方向",)),
    Word("people", _("To find people to do things with"), ("找同伴",)),
    Word("craft", _("To learn a craft"), ("学手艺",)),
    Word("home", _("To find a place to live"), ("找地方住",)),
    Word("help", _("To help others"), ("想帮人",)),
    Word("look", _("Just to look around first"), ("先看看",)),
)


class Tag(models.Model):
    """One word of one kind. ``key`` is a curated word's, or what was typed, folded."""

    class Kind(models.TextChoices):
        SKILL = "skill", _("Skill")
        DIRECTION = "direction", _("Direction")
        REASON = "reason", _("Reason")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=40)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="tag_is_there_once"),
        ]

    def __str__(self) -> str:
        return str(label_of(self.kind, self.key) or self.label)


CURATED: dict[str, tuple[Word, ...]] = {
    Tag.Kind.SKILL: SKILLS,
    Tag.Kind.DIRECTION: DIRECTIONS,
    Tag.Kind.REASON: REASONS,
}
_BY_KEY = {kind: {word.key: word for word in words} for kind, words in CURATED.items()}


_BY_SPELLING = {
    kind: {fold(spelling): word.key for word in words for spelling in word.also}
    for kind, words in CURATED.items()
}


def label_of(kind: str, key: str) -> Any:
    """The label of a curated word, or None for one of a member's own."""
    word = _BY_KEY[kind].get(key)
    return word.label if word else None


def key_of(kind: str, text: str) -> str:
    """The key under which ``text`` is kept: of the curated word that it names, or its own."""
    folded = fold(text)
    if folded in _BY_KEY[kind]:
        return folded
    return _BY_SPELLING[kind].get(folded, folded)[:40]
