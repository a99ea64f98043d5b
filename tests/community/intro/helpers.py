"""Introductions for the tests of this folder."""

from dataclasses import replace

from community.demo.people_builder import told
from community.models import Introduction, Member, Membership, Space
from community.services import introductions
from community.services.answers import Answers
from tests.factories import MemberFactory, MembershipFactory

PROUD = (
    "以前做客服，一天说六百遍“请稍等”。今年春天我把手机里 312 段洱海早餐剪成 2 分 40 秒，"
    "外婆看了三遍，问我是谁拍的。"
)


def said(nickname: str = "阿禾", **changes) -> Answers:
    """A complete set of answers, with ``changes``."""
    answers = told(
        nickname,
        occupation="剪辑学徒",
        place="大理",
        line="停下来的第 9 个月，学会了剪第一条片子",
        reasons=("change", "people"),
        proud=PROUD,
        offers="做饭、搬家",
        needs="作业反馈",
    )
    return replace(answers, **changes)


def introduced(space: Space | None = None, *, role: str = "member", **changes) -> Introduction:
    """A member of ``space`` with a published introduction."""
    member = MemberFactory()
    if space is not None:
        MembershipFactory(space=space, member=member, role=role)
    return introductions.publish(member=member, answers=said(**changes)).introduction


def joined(space: Space, role: str = Membership.Role.MEMBER, **fields) -> Member:
    """A member of ``space`` in ``role``."""
    member = MemberFactory(**fields)
    MembershipFactory(space=space, member=member, role=role)
    return member
