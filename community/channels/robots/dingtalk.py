"""DingTalk's custom robot (钉钉自定义机器人): the key and, with a secret, moment and signature stand in
the address. Here the secret is the key of the HMAC, and its message is the moment and the secret."""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from community.channels.robots.parts import Adapter, RobotText, cut, number

PATH = "/robot/send"
MOST_BYTES = 15_000
FAULTS = {
    -1: "busy",
    40035: "text",
    130101: "too_fast",
    300001: "key",
    300005: "key",
    310000: "security",
    400013: "gone",
    400101: "key",
    400102: "stopped",
    400105: "text",
    400106: "key",
    410100: "too_fast",
    430101: "text",
    430102: "text",
    430103: "text",
    430104: "text",
}
# One number for everything in the robot's security settings; the words beside it, in the language
# of the moment, say which. The first that is found counts.
SECURITY = (
    ("keyword", ("keyword", "关键词")),
    ("ip", ("whitelist", "白名单")),
    ("sign", ("sign", "签名", "timestamp", "时间戳")),
)


def sign(milliseconds: int, secret: str) -> str:
    """The signature of one moment, before it is put into an address."""
    told = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).decode()


def _request(robot: RobotText, base: str, now: dt.datetime) -> tuple[str, dict[str, Any]]:
    content = cut(robot.text, robot.more, MOST_BYTES)
    query = {"access_token": robot.to}
    if robot.secret:
        moment = int(now.timestamp() * 1_000)
        # urlencode quotes it, once.
        query |= {"timestamp": str(moment), "sign": sign(moment, robot.secret)}
    body = {"msgtype": "text", "text": {"content": content}}
    return f"{base}{PATH}?{urlencode(query)}", body


def _code_of(body: Mapping[str, Any]) -> tuple[int | None, str]:
    return number(body.get("errcode")), str(body.get("errmsg", ""))


def _fault_of(_code: int, said: str) -> str:
    words = said.lower()
    for fault, hints in SECURITY:
        if any(hint in words for hint in hints):
            return fault
    return "security"


DINGTALK = Adapter(
    platform="dingtalk",
    most_bytes=MOST_BYTES,
    path=PATH,
    key_name="access_token",
    request=_request,
    code_of=_code_of,
    faults=FAULTS,
    fault_of=_fault_of,
    pause=dt.timedelta(minutes=10),
)
