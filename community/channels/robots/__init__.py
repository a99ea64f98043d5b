"""The robots of staff groups in WeCom, Feishu, Lark and DingTalk.

An error of a robot begins with what is wrong in one word, in brackets; ``fault_in`` reads it back,
and ``community.services.robot_faults`` has a sentence for each.
"""

import datetime as dt
import re
from types import TracebackType

from community import clock
from community.channels.parts import DeliveryFailure, NotNow, Refused, TooFast, Unsure
from community.channels.robots import transport
from community.channels.robots.dingtalk import DINGTALK
from community.channels.robots.feishu import FEISHU, LARK
from community.channels.robots.parts import Adapter, Answer, RobotText
from community.channels.robots.wecom import WECOM

__all__ = ["ADAPTERS", "RobotOutlet", "RobotText", "fault_in"]

ADAPTERS = {adapter.platform: adapter for adapter in (WECOM, FEISHU, LARK, DINGTALK)}
LONGEST_SAID = 200
_FAULT = re.compile(r"\[([a-z_]+)\] ?(.*)", re.DOTALL)


def fault_in(error: str) -> tuple[str, str]:
    """(what is wrong in one word, the rest) of an error; ("other", all of it) without one."""
    found = _FAULT.match(error)
    return (found[1], found[2]) if found else ("other", error)


class RobotOutlet:
    """Sends each text by a request of its own. A robot that is told to slow down, and a platform
    that cannot be reached, are not asked again by this outlet."""

    def __init__(self) -> None:
        self._stopped: dict[str, NotNow] = {}

    def __enter__(self) -> "RobotOutlet":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.clear()

    def send(self, letter: RobotText) -> None:
        """Returns when the platform has said that the text is in the group.

        Raises TooFast (a limit of the platform), NotNow (nothing left the house), Refused (it said
        no) or Unsure (nobody knows whether it is there).
        """
        adapter = ADAPTERS[letter.platform]
        for name in (letter.to, adapter.platform):
            if failure := self._stopped.get(name):
                raise failure
        try:
            address, body = adapter.request(letter, adapter.base, clock.now())
            _judge(adapter, transport.post(address, body), letter)
        except TooFast as failure:
            self._stopped[letter.to] = failure
            raise
        except NotNow as failure:
            self._stopped[adapter.platform] = failure
            raise


def _judge(adapter: Adapter, answer: Answer, letter: RobotText) -> None:
    """Nothing if the text was taken, else the failure that the answer means."""
    code, said = adapter.code_of(answer.body) if answer.body is not None else (None, "")
    if answer.status == 429:
        raise _too_fast(adapter, answer, "HTTP 429")
    if code is None:
        raise _without_a_code(answer.status)
    if code == 0:
        if answer.status < 300:
            return
        raise Unsure(f"[garbage] HTTP {answer.status} with code 0")
    fault = adapter.fault(code, said)
    words = f"{code} {_without_secrets(said, letter)}".strip()
    if fault == "too_fast":
        raise _too_fast(adapter, answer, words)
    raise (NotNow if fault == "busy" else Refused)(f"[{fault}] {words}")


def _too_fast(adapter: Adapter, answer: Answer, words: str) -> TooFast:
    told = answer.retry_after
    pause = dt.timedelta(seconds=told) if told else adapter.pause
    return TooFast(f"[too_fast] {words}", pause=pause)


def _without_a_code(status: int) -> DeliveryFailure:
    """What an answer means that is not the platform's own: a gateway's page, or nothing at all."""
    if status == 503:
        return NotNow("[busy] HTTP 503")
    if 300 <= status < 500 and status != 408:
        return Refused(f"[address] HTTP {status}")
    return Unsure(f"[garbage] HTTP {status}")


def _without_secrets(said: str, letter: RobotText) -> str:
    for secret in (letter.to, letter.secret):
        if secret:
            said = said.replace(secret, "…")
    return " ".join(said.split())[:LONGEST_SAID]
