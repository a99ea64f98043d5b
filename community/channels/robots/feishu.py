"""Feishu's and Lark's custom robot (飞书自定义机器人): the key ends the path, the signature stands in
the body. Timestamp and secret together are the key of the HMAC, and its message is empty."""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community.channels.robots.parts import Adapter, RobotText, cut, number

PATH = "/open-apis/bot/v2/hook/"
MOST_BYTES = 15_000  # the whole body may have 20 KB, and JSON adds to a text
FAULTS = {
    9499: "text",
    11232: "too_fast",
    19001: "key",
    19002: "text",
    19007: "stopped",
    19021: "sign",
    19022: "ip",
    19024: "keyword",
    19036: "text",  # too long
}


def sign(timestamp: int, secret: str) -> str:
    """The signature of one moment, in seconds."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def _request(robot: RobotText, base: str, now: dt.datetime) -> tuple[str, dict[str, Any]]:
    content = cut(robot.text, robot.more, MOST_BYTES)
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": content}}
    if robot.secret:
        seconds = int(now.timestamp())
        body |= {"timestamp": str(seconds), "sign": sign(seconds, robot.secret)}
    return f"{base}{PATH}{robot.to}", body


def _code_of(body: Mapping[str, Any]) -> tuple[int | None, str]:
    """``code`` today, ``StatusCode`` in older answers."""
    code = body.get("code", body.get("StatusCode"))
    return number(code), str(body.get("msg") or body.get("StatusMessage") or "")


FEISHU = Adapter(
    platform="feishu",
    most_bytes=MOST_BYTES,
    path=PATH,
    key_name="",
    request=_request,
    code_of=_code_of,
    faults=FAULTS,
)
LARK = replace(FEISHU, platform="lark")
