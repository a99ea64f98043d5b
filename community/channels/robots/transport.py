"""One request to a platform: short, to its own host only, and never twice.

What went wrong is sorted by one question: can the text have left the house? Until the connection
stands it cannot (NotNow); after that nobody knows until an answer has been read (Unsure). Errors
name the host and never the address, because the robot's key stands in that.
"""

import json
import ssl
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError

from community.channels.parts import NotNow, Unsure
from community.channels.robots.parts import Answer

CONNECT_SECONDS, READ_SECONDS = 5, 10
# The whole answer: whoever sends it drop by drop is not waited for longer.
ANSWER_SECONDS = 15
MOST_BYTES = 64 * 1024
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "Shalijin",
}


def post(address: str, body: dict[str, Any]) -> Answer:
    """Send ``body`` as JSON; follows no redirect and asks no proxy. Raises NotNow or Unsure."""
    host = urlsplit(address).hostname or ""
    ends = time.monotonic() + ANSWER_SECONDS
    failure: NotNow | Unsure
    try:
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=0))
            response = session.post(
                address,
                data=json.dumps(body, ensure_ascii=False).encode(),
                headers=HEADERS,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            return _answer(response, host, ends)
    except (requests.RequestException, HTTPError, OSError) as error:
        failure = _failure(error, host)
    # Outside of the except block: the error that it replaces has the whole address in it.
    raise failure


def _answer(response: requests.Response, host: str, ends: float) -> Answer:
    body = bytearray()
    while chunk := response.raw.read1(8192):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unsure(f"[garbage] {host} answered with more than {MOST_BYTES} bytes.")
        if time.monotonic() > ends:
            raise Unsure(f"[no_answer] {host} did not come to the end of its answer.")
    told = response.headers.get("Retry-After", "")
    seconds = min(int(told), 3_600) if told.isdecimal() and len(told) < 8 else None
    return Answer(response.status_code, _parsed(bytes(body)), seconds)


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _failure(error: BaseException, host: str) -> NotNow | Unsure:
    chain = list(_chain(error))
    if any(isinstance(link, ssl.SSLCertVerificationError) for link in chain):
        return NotNow(f"[certificate] {host} shows a certificate that cannot be trusted.")
    if isinstance(error, requests.ConnectTimeout) or any(
        isinstance(link, NewConnectionError) for link in chain
    ):
        return NotNow(f"[unreachable] {host} cannot be reached.")
    if isinstance(error, requests.Timeout):
        return Unsure(f"[no_answer] {host} did not answer within {READ_SECONDS} seconds.")
    return Unsure(f"[cut_off] {host} broke off before it answered.")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and all that it stands for: causes, and the reasons that requests wraps."""
    waiting, seen = [error], set()
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = [getattr(link, "reason", None), *link.args]
        waiting += [link.__cause__, link.__context__]
        waiting += [part for part in inner if isinstance(part, BaseException)]
