"""Signatures against values worked out by hand, addresses that people paste, and texts that are cut."""

import datetime as dt

import pytest

from community.channels.robots import ADAPTERS, dingtalk, feishu
from community.channels.robots.parts import RobotText, cut

KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
OFFICIAL = {
    "wecom": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    "feishu": f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}",
    "lark": f"https://open.larksuite.com/open-apis/bot/v2/hook/{KEY}",
    "dingtalk": f"https://oapi.dingtalk.com/robot/send?access_token={KEY}",
}


def text(platform, **fields):
    return RobotText(**{"platform": platform, "to": KEY, "secret": "", "text": "Hello"} | fields)


def test_feishu_signs_an_empty_message_with_moment_and_secret():
    # printf '' | openssl dgst -sha256 -hmac $'1772452800\nSEC-feishu' -binary | base64
    signed = feishu.sign(1_772_452_800, "SEC-feishu")

    assert signed == "PTbWkStP45ioe29mVmHqswY7Pbcm9FxE2RD298q8F00="


def test_dingtalk_signs_moment_and_secret_with_the_secret():
    # printf '1772452800000\nSEC-ding' | openssl dgst -sha256 -hmac SEC-ding -binary | base64
    signed = dingtalk.sign(1_772_452_800_000, "SEC-ding")

    assert signed == "nvgmmWC4BHXaBGRbjRxpks2epRH7zj/GtDNl3D4xrso="


def test_dingtalk_quotes_the_signature_once():
    address, body = ADAPTERS["dingtalk"].request(
        text("dingtalk", secret="SEC-ding"), "https://d", NOON
    )

    assert address.startswith(
        f"https://d/robot/send?access_token={KEY}&timestamp=1772452800000&sign="
    )
    assert "%25" not in address
    assert body == {"msgtype": "text", "text": {"content": "Hello"}}


def test_a_robot_without_a_secret_signs_nothing():
    address, _body = ADAPTERS["dingtalk"].request(text("dingtalk"), "https://d", NOON)
    _address, body = ADAPTERS["feishu"].request(text("feishu"), "https://f", NOON)

    assert "sign" not in address
    assert body == {"msg_type": "text", "content": {"text": "Hello"}}


@pytest.mark.parametrize("platform", OFFICIAL)
def test_of_a_pasted_address_only_the_key_is_taken(platform):
    found = ADAPTERS[platform].key_in(f"  {OFFICIAL[platform]} ")

    assert found == KEY
    assert (
        ADAPTERS[platform].request(text(platform), ADAPTERS[platform].base, NOON)[0]
        == OFFICIAL[platform]
    )


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com/cgi-bin/other?key={KEY}",
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}&key=another-key-another-key",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=../../etc/passwd-etc-passwd",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        f"ftp://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"file:///cgi-bin/webhook/send?key={KEY}",
        "http://[half",
        "short",
        "",
        OFFICIAL["feishu"],
    ],
)  # fmt: skip
def test_a_foreign_address_is_no_robot(pasted):
    assert ADAPTERS["wecom"].key_in(pasted) == ""


@pytest.mark.parametrize("tail", ["/../../x", "/more", "?x=1", "%2e%2e"])
def test_the_end_of_a_path_is_a_key_or_nothing(tail):
    found = ADAPTERS["feishu"].key_in(OFFICIAL["feishu"] + tail)

    assert found in ("", KEY)


def test_a_private_installation_has_its_own_address(settings):
    settings.ROBOT_BASES = settings.ROBOT_BASES | {"wecom": "https://wecom.inside.example/qy"}
    adapter = ADAPTERS["wecom"]

    found = adapter.key_in(f"https://wecom.inside.example/qy/cgi-bin/webhook/send?key={KEY}")

    assert found == KEY
    assert adapter.key_in(OFFICIAL["wecom"]) == ""


def test_a_long_text_ends_at_a_paragraph_with_the_way_to_the_rest():
    paragraphs = ["一" * 200, "二" * 200, "三" * 200, "四" * 200]

    shown = cut("\n\n".join(paragraphs), "其余：https://s.example/x", 2_048)

    assert shown == "\n\n".join([*paragraphs[:3], "其余：https://s.example/x"])
    assert len(shown.encode()) <= 2_048


def test_a_text_of_one_paragraph_ends_at_a_line():
    shown = cut("甲" * 10 + "\n" + "乙" * 100, "more", 60)

    assert shown == "甲" * 10 + "\n\nmore"


@pytest.mark.parametrize("most", range(20, 40))
def test_a_text_of_one_line_is_never_cut_in_a_character(most):
    shown = cut("金" * 100, "more", most)

    assert len(shown.encode()) <= most
    assert shown.rstrip("more").strip() == "金" * ((most - 6) // 3)


def test_a_text_that_fits_stays_as_it_is():
    exact = "a" * 2_048

    assert cut(exact, "more", 2_048) == exact


def test_wecom_gets_no_more_than_its_bytes():
    _address, body = ADAPTERS["wecom"].request(
        text("wecom", text="字\n\n" * 2_000, more="more"), "https://w", NOON
    )

    assert len(body["text"]["content"].encode()) <= 2_048


def test_a_robot_text_shows_no_key():
    shown = repr(text("wecom", secret="SEC-ret"))

    assert KEY not in shown
    assert "SEC-ret" not in shown
