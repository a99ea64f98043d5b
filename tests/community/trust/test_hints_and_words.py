"""Hints at what should perhaps not stand where many people read it, and the words that are watched."""

import pytest

from community.trust.hints import find_hints
from community.trust.words import fold, found_words, text_hash

HINTED = [
    "13812345678",
    "１３８１２３４５６７８",
    "138 1234 5678",
    "138-1234-5678",
    "1\u200b38\u200b1234\u200b5678",
    "一三八零零一三八零零零",
    "幺三八 一二三四 五六七八",
    "+86 138 1234 5678",
    "电话0871-6512345六",
    "0871-65123456",
    "加我v信 abc_12345",
    "微信：dali2024",
    "V信同号13812345678",
    "vx dali_hao",
    "ＷＸ：hello_world",
    "wxid_abcdef123",
    "薇信hao12345",
    "ahe@example.com",
    "ahe＠example．com",
    "家在幸福里 12 栋 302",
    "幸福路 88 号",
    "三单元五〇二",
    "12栋3单元502室",
    "住 3 号楼",
    "十二栋三〇二",
    "人民路一二三号",
    "Apt 5B",
    "12 Xingfu Road",
    "QQ 123456789",
    "扣扣号：123456",
    "530102199003071234",
]
HONEST = [
    "2024 年我离职",
    "二〇二四年春天",
    "手机里 312 段洱海早餐剪成 2 分 40 秒",
    "一天说六百遍“请稍等”",
    "房租 1380 元，押一付三",
    "卖了 13800 块",
    "跑了 42.195 公里",
    "第 12 期 302 人",
    "我种了 3 亩地和 2 间空房",
    "6 月 6 号开营",
    "9 号线到终点站",
    "盖了 3 栋房子",
    "1、2、3 一起来",
    "从 1998 到 2015，17 年",
    "写过 40 篇人物稿，编号 20150613",
    "微信群里的朋友",
    "微信支付 12 元",
    "微信公众号叫山野来信",
    "用微信读书 300 小时",
    "v 形的山谷",
    "加 V 认证的作者",
    "卫星电视看了 3 年",
    "比例 1:3.9",
    "一五一十地讲",
    "三三两两的人",
    "一九九八年十二月",
    "坐 3 路公交 12 站",
    "2 楼的老太太",
    "5 座山 300 米高",
    "一座 80 年的老房子",
    "做了 12 座 300 人的桥",
    "邮箱满了 @ 我",
    "10000 步",
    "3.1415926535897932",
    "这个月第 101 次",
    "room for 3 people",
    "in 2015 I walked down the road",
    "1,380,000,000 人",
    "视频 1380 个赞 1234 次转发",
]


@pytest.mark.parametrize("text", HINTED)
def test_a_way_to_be_found_is_noticed(text):
    assert find_hints(f"你好，{text}，谢谢") != []


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_text_is_left_alone(text):
    assert find_hints(f"那时候，{text}。后来好了") == []


def test_a_hint_quotes_what_was_typed():
    text = "家在幸福里 １２ 栋 302，做饭"
    assert [(hint.kind, hint.quote) for hint in find_hints(text)] == [("door", "１２ 栋 302")]


def test_one_piece_is_named_once():
    hints = find_hints("V信同号 13812345678")
    assert [hint.kind for hint in hints] == ["wechat"]


@pytest.mark.parametrize(
    "text",
    [
        "教你理财",
        "理 财",
        "理\u200b财",
        "理·财",
        "理-财课",
        "ＵＳＤＴ 也行",
        "u s d t",
        "Usdt，懂的来",
    ],
)
def test_a_watched_word_is_found_in_every_dress(text):
    assert found_words(text, [fold("理财"), fold("USDT")]) != []


@pytest.mark.parametrize("text", ["整理财务报表", "icon 设计", "usdtx", "管理　财产"])
def test_what_only_holds_its_letters(text):
    assert found_words(text, ["ico", "usdt", "带单"]) == []


def test_the_same_text_has_the_same_hash_whatever_it_wears():
    assert text_hash("理 财\u200b课") == text_hash("理财课")
    assert text_hash("理财课") != text_hash("理财 课2")
