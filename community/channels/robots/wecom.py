"""WeCom's group robot (企业微信群机器人): a key in the address, no signature."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from community.channels.robots.parts import Adapter, RobotText, cut, number

PATH = "/cgi-bin/webhook/send"
MOST_BYTES = 2_048  # of a plain text, which is shown everywhere, also in WeChat
FAULTS = {
    -1: "busy",
    40008: "text",
    40058: "text",  # too long
    44004: "text",  # empty
    45002: "text",
    45009: "too_fast",
    45033: "too_fast",
    93000: "key",
    93008: "gone",
}


def _request(robot: RobotText, base: str, now: dt.datetime) -> tuple[str, dict[str, Any]]:
    content = cut(robot.text, robot.more, MOST_BYTES)
    address = f"{base}{PATH}?{urlencode({'key': robot.to})}"
    return address, {"msgtype": "text", "text": {"content": content}}


def _code_of(body: Mapping[str, Any]) -> tuple[int | None, str]:
    return number(body.get("errcode")), str(body.get("errmsg", ""))


WECOM = Adapter(
    platform="wecom",
    most_bytes=MOST_BYTES,
    path=PATH,
    key_name="key",
    request=_request,
    code_of=_code_of,
    faults=FAULTS,
)
