"""What is worth telling of the first days of the demo's camp. All invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """A title and a quote as staff typed them."""

    title: str
    quote: str
    tag: str


# From a chat, only what is longer is worth keeping.
WORTH = 14
EVENING_BEFORE = """\
云边的阿禾 {date} 20:05
第一次来，先问一句：写得不好也能交吗
林姐 {date} 20:06
能
阿布 20:30 {date} 20:11
我的办法是先写一百个字，响铃了就停，明天再接着写，不怕断
云边的阿禾 {date} 20:12
[图片]
"老周不老"撤回了一条消息
老周不老 {date} 20:19
我去年写楼下修鞋的师傅，写到最后才发现不知道他姓什么，第二天去问了
阿布 20:30 {date} 20:20
👍
"""
SECOND_EVENING = """\
老周不老 {date} 21:02
手比脸老实，写手的时候人不会装，这句我记在本子上了
云边的阿禾 {date} 21:03
收到
"""
BEFORE = {
    "云边的阿禾": Told("写得不好也能交", "第一次来，先问一句：写得不好也能交吗", "story"),
    "阿布 20:30": Told("一百个字就停", "先写一百个字，响铃了就停，明天再接着写，不怕断。", "tip"),
    "老周不老": Told(
        "第二天去问了他姓什么", "写到最后才发现不知道他姓什么，第二天去问了。", "story"
    ),
}
FIRST = {
    "shitou": Told("一截铅笔只剩四厘米", "耳朵上夹着一截铅笔，只剩四厘米。", "story"),
    "banxia": Told("三百个抽屉", "柜上三百个抽屉，今天拉开了一百一十六个。", "story"),
    "yutou": Told("先把灯关了坐十分钟", "回宿舍先把灯关了坐十分钟。", "tip"),
    "xiaoman": Told("围裙口袋里的红粉笔", "毕业第一百二十天，围裙口袋里有半截红粉笔。", "story"),
}
SECOND = {
    "chunfen": Told("凌晨四点换瓶子", "小床上的孩子翻身，我的手就停在半空，等他翻完。", "story"),
    "yuanshan": Told("上坡前的保温杯", "上坡前我先把保温杯从杯架里拿出来，塞到腿边。", "tip"),
    "maizi": Told("用牙咬断了线", "天黑以前缝完，我用牙咬断了线。", "story"),
    "老周不老": Told("手比脸老实", "手比脸老实，写手的时候人不会装。", "tip"),
}
# By day: whose check-in is starred, and what she answered. "asked" is a question without an answer,
# "" somebody who was not asked.
ANSWERS: dict[int, dict[str, str]] = {
    1: {"shitou": "named", "banxia": "named", "yutou": "anon", "xiaoman": "named"},
    2: {"chunfen": "named", "yuanshan": "asked", "maizi": ""},
}
# By day: how it is told. Four items with their links are more than one screen.
STYLES = {1: "long"}
OPENINGS = {
    -1: "还没开营，群里已经有三句话值得留下来。",
    1: "第一天十五个人交了第一句，挑四句给你看。",
}
