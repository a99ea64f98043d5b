"""Logs that can be handed to somebody: one JSON object a line, with the request it belongs to, and
without what identifies a person or opens a door.
"""

import datetime as dt
import json
import logging
import re
import secrets
from contextvars import ContextVar
from typing import Any

from celery import current_task

_request_id: ContextVar[str] = ContextVar("request_id", default="")
WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
HIDDEN = "[hidden]"

# Letters between digits, or all three of A, a and 1; names of files and functions have neither.
_MIXED = r"(?=[\w-]*\d[A-Za-z]+\d|(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]*\d)"

# In this order: what has a name before it first, then what can be told by its shape.
SCRUBBERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b((?:set-)?cookie2?)(['\"]?\s*[:=]\s*)[^\r\n]+"), rf"\1\2{HIDDEN}"),
    (
        re.compile(
            r"(?i)\b((?:proxy-)?authorization|x-[a-z-]*(?:token|key|signature))"
            r"(['\"]?\s*[:=]\s*['\"]?)(?:(?:basic|bearer|token|digest)\s+)?[^\s'\",;]+"
        ),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(basic|bearer)\s+[a-z0-9+/=._~-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(\w+://)[^/\s:@'\"]*:[^/\s@'\"]+@"), rf"\1{HIDDEN}@"),
    (
        re.compile(
            r"(?i)([\w-]*(?:password|passwd|pwd|secret|token|key|session(?:id)?"
            r"|csrf\w*|sign(?:ature)?|code|otp|state|verifier)['\"]?\s*[=:]\s*['\"]?)"
            r"[^\s&;,'\")}\]]+"
        ),
        rf"\1{HIDDEN}",
    ),
    (
        re.compile(r"(?i)((?:code|otp|验证码|登录码|取件码|密码)\D{0,12})\d{4,8}(?!\d)"),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])"), "[id number]"),
    (re.compile(r"(?<![\d.])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"), "[phone]"),
    (re.compile(r"(?<![\w.])\+\d{1,3}(?:[ ()-]{0,2}\d){6,12}(?!\d)"), "[phone]"),
    (re.compile(r"\bv1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]+"), "[sealed]"),
    # Anything long that mixes letters and digits is somebody's key; our public ids are shorter.
    (re.compile(rf"(?<![\w/.-]){_MIXED}[A-Za-z0-9_-]{{24,}}(?![\w-])"), "[token]"),
    (re.compile(rf"(?<=/){_MIXED}[A-Za-z0-9_-]{{20,}}(?=[/?\s'\"]|\Z)"), "[token]"),
)


def scrub(text: str) -> str:
    """``text`` without e-mails, phone numbers, identity numbers, codes, tokens and secrets."""
    for pattern, instead in SCRUBBERS:
        text = pattern.sub(instead, text)
    return text


def request_id() -> str:
    """The id of the request being served, or "" outside of one. It may be shown to people."""
    return _request_id.get()


def begin_request(told: str | None = None) -> str:
    """Start a request: keep the id the proxy gave it if that is well-formed, else make one."""
    name = told if told and WELL_FORMED.match(told) else secrets.token_hex(8)
    _request_id.set(name)
    return name


def end_request() -> None:
    _request_id.set("")


def task_id() -> str:
    """The id of the Celery task being run, or ""."""
    request = getattr(current_task, "request", None) if current_task else None
    return (getattr(request, "id", None) or "") if request else ""


_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
# Django hangs whole requests, sockets and SQL parameters on its records.
_PLAIN = (str, int, float, bool, type(None))


def _details(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller gave as ``extra``, as far as it is a plain value."""
    return {
        name: scrub(value) if isinstance(value, str) else value
        for name, value in vars(record).items()
        if name not in _STANDARD and isinstance(value, _PLAIN)
    }


class JsonFormatter(logging.Formatter):
    """One line of JSON, scrubbed. Tracebacks come without local values, as Python has them."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub(record.getMessage()),
            "request_id": request_id(),
            "task_id": task_id(),
            **_details(record),
        }
        if record.exc_info:
            line["traceback"] = scrub(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = scrub(record.stack_info)
        told = {name: value for name, value in line.items() if value not in ("", None)}
        return json.dumps(told, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """The same for a person who reads along in the demo."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def logging_config(*, form: str, level: str) -> dict[str, Any]:
    """The ``LOGGING`` setting: everything to stderr, in ``json`` or ``text``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "community.trust.logs.JsonFormatter"},
            "text": {
                "()": "community.trust.logs.TextFormatter",
                "format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s",
                "datefmt": "%H:%M:%S",
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own configuration would print each error a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # A refused request is an answer, not a fault of ours.
            "django.request": {"level": "ERROR"},
            "django.security.csrf": {"level": "ERROR"},
        },
    }
