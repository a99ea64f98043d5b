"""Logs: one JSON object a line, tied to the request, without people in it."""

import io
import json
import logging
import sys
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from community.middleware.requests import RequestIdMiddleware
from community.trust import logs

CANARIES = [
    ("mail to xiaoyu.li+news@mail.example.org failed", "xiaoyu"),
    ("电话 13812345678 已登记", "13812345678"),
    ("call +86 138 1234 5678 now", "1234 5678"),
    ("call 138-1234-5678", "1234-5678"),
    ("ring +49 30 123456 789", "123456"),
    ("身份证 11010519491231002X", "11010519491231002"),
    ("Your code is 482913", "482913"),
    ("登录码：482913，十分钟内有效", "482913"),
    ("GET /join/?code=k7m2p9 200", "k7m2p9"),
    ("next=/x&token=abc123def&y=1", "abc123def"),
    ("/claim/Zk3x9QpLm2Vt7RbN4wYc/ 200", "Zk3x9QpLm2Vt7RbN4wYc"),
    ("Authorization: Bearer eyJhbGciOi.J9.abc", "eyJhbGciOi"),
    ("headers {'Authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
    ("Cookie: __Host-session=abcd1234; csrftoken=zyx", "abcd1234"),
    ("Set-Cookie: sessionid=qwerty; Path=/", "qwerty"),
    ("sessionid=qwertyui", "qwertyui"),
    ("redis://worker:hunter2@cache.internal:6379/0", "hunter2"),
    ("postgres://app:s3cr3tpw@db/shalijin", "s3cr3tpw"),
    ("redis://:hunter2@cache:6379", "hunter2"),
    ('{"password": "correct horse", "x": 1}', "correct"),
    ("SECRET_KEY=django-insecure-1", "insecure"),
    ("X-Api-Key: 99aa88bb77", "99aa88bb77"),
    ("https://hooks.example/robot/send?key=693a91f6-7xxx", "693a91f6"),
    ("sign=dGVzdA%3D%3D&timestamp=1", "dGVzdA"),
    ("v1.0a1b2c3d.AAECAwQFBgcICQoLDA0ODw==", "AAECAwQ"),
    ("Key (email)=(ada@example.org) already exists.", "ada@"),
]


@pytest.fixture
def written():
    """A logger that writes as production does, and what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    logger = logging.getLogger("canary")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False

    def lines():
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    lines.logger = logger
    lines.text = stream.getvalue
    yield lines
    logger.removeHandler(handler)


@pytest.mark.parametrize("text,secret", CANARIES)
def test_a_canary_does_not_get_through(written, text, secret):
    written.logger.info("said: %s", text)
    written.logger.info("said", extra={"detail": text})
    try:
        raise ValueError(text)
    except ValueError:
        written.logger.exception("failed")

    assert secret not in written.text()
    assert len(written()) == 3


@pytest.mark.parametrize("text", [text for text, _secret in CANARIES])
def test_neither_does_it_in_the_text_that_the_demo_shows(text):
    record = logging.makeLogRecord({"msg": text, "levelname": "INFO", "name": "x"})
    shown = logs.TextFormatter("%(message)s").format(record)

    assert dict(CANARIES)[text] not in shown


@pytest.mark.parametrize(
    "text",
    [
        "community.deliver_urgent sent 120 of 500 in 340 ms",
        "camp 2026-03-02 D3 announcement queued for 128 people",
        "/c/riverside/rooms/abcdefgh23456789/ 200",
        "File community/services/introductions_and_answers.py, line 12",
        "migration 0008_deeds_spent_forms_and_pictures applied",
        "http://localhost:8000/today/ 302",
    ],
)
def test_what_helps_is_left(text):
    assert logs.scrub(text) == text


def test_a_line_says_when_who_and_what(written):
    logs.begin_request("proxy-id-12345678")
    try:
        written.logger.warning("slow", extra={"milliseconds": 900, "request": object()})
    finally:
        logs.end_request()

    (line,) = written()
    assert line["time"].endswith("+00:00")
    assert line["milliseconds"] == 900
    assert "request" not in line
    assert {name: line[name] for name in ("level", "logger", "message", "request_id")} == {
        "level": "warning",
        "logger": "canary",
        "message": "slow",
        "request_id": "proxy-id-12345678",
    }


@pytest.mark.parametrize(
    "told",
    [
        "",
        "short",
        "a" * 65,
        "with space 123",
        "new\nline-12345",
        "<script>12345",
        "汉字汉字汉字汉字汉字",
    ],
)
def test_an_ill_formed_request_id_is_replaced(told):
    assert logs.begin_request(told) != told
    assert len(logs.request_id()) == 16
    logs.end_request()


def test_the_middleware_names_the_route_and_not_the_path(caplog):
    request = RequestFactory().get(
        "/claim/very-secret-thing/?x=1", headers={"X-Request-ID": "abcdefgh"}
    )
    with caplog.at_level(logging.INFO, logger="community.requests"):
        response = RequestIdMiddleware(lambda _request: HttpResponse(status=404))(request)

    assert response["X-Request-ID"] == "abcdefgh"
    assert "very-secret-thing" not in caplog.text
    assert "GET no route 404" in caplog.text
    assert logs.request_id() == ""


def test_a_task_is_named_by_its_id(written, monkeypatch):
    running = SimpleNamespace(request=SimpleNamespace(id="5f0c-task"))
    monkeypatch.setattr(logs, "current_task", running)
    written.logger.info("working")

    assert written()[0]["task_id"] == "5f0c-task"


def test_the_configuration_is_one_that_python_takes(capsys):
    config = logs.logging_config(form="json", level="INFO")

    assert config["handlers"]["stderr"]["formatter"] == "json"
    formatter = config["formatters"]["json"]["()"].rsplit(".", 1)
    assert getattr(sys.modules[formatter[0]], formatter[1]) is logs.JsonFormatter
