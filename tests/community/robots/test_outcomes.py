"""What becomes of a message to a robot, whatever the platform answers."""

import datetime as dt
import json
import logging
import ssl

import pytest
import requests
import time_machine

from community.channels import NotNow
from community.channels import robots as channel
from community.channels.robots import transport
from community.models import OutboxMessage, Robot
from community.services import delivery, robot_faults, robots
from community.trust import logs
from tests.community.robots.fakes import WELL, dingtalk_accepts, feishu_accepts
from tests.factories import RobotFactory

State, Reason = OutboxMessage.State, OutboxMessage.Reason
NOON = dt.datetime(2026, 3, 2, 12, 10, 5, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
PLATFORMS = Robot.Platform.values


@pytest.fixture(autouse=True)
def at_noon(db, in_english):
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def a_message(robot, number=1):
    robots.queue(
        robot,
        kind="late",
        key=f"robot-late:{robot.pk}:{number}",
        template="community/run_waits",
        context={"count": number, "path": "/ops/late/"},
    )
    return robot.messages.latest("pk")


def send(robot):
    """One message through the sender; (the outcome, the message, the robot) afterwards."""
    message = a_message(robot)
    outcome = delivery.drain()
    message.refresh_from_db()
    return outcome, message, Robot.objects.get(pk=robot.pk)


def refusal(code, said="no"):
    """In the shape of all platforms at once."""
    return 200, {"errcode": code, "errmsg": said, "code": code, "msg": said}, {}


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_text_that_is_taken_is_sent(platform, name):
    robot = RobotFactory(platform=name, fault="key", faulty_since=NOON)

    outcome, message, robot = send(robot)

    assert (outcome.sent, message.state, message.error) == (1, State.SENT, "")
    assert (robot.fault, robot.faulty_since, robot.worked_at) == ("", None, NOON)
    assert "something that should have gone out waits" in json.dumps(platform.asked[0][1])


def test_the_signatures_are_such_as_the_platforms_accept(platform):
    for name in ("feishu", "lark", "dingtalk"):
        send(RobotFactory(platform=name, secret="SEC-of-the-group"))

    (_f, feishu), (_l, lark), (dingtalk, _body) = platform.asked
    assert feishu_accepts(feishu, "SEC-of-the-group")
    assert feishu_accepts(lark, "SEC-of-the-group")
    assert dingtalk_accepts(dingtalk, "SEC-of-the-group")
    assert not dingtalk_accepts(dingtalk, "SEC-of-another")


@pytest.mark.parametrize(
    "name, code, said, fault",
    [
        ("wecom", 93000, "invalid webhook url", "key"),
        ("wecom", 40058, "content exceed max length", "text"),
        ("feishu", 19001, "param invalid: incoming webhook access token invalid", "key"),
        ("feishu", 19021, "sign match fail or timestamp is not within one hour", "sign"),
        ("feishu", 19022, "Ip Not Allowed", "ip"),
        ("lark", 19024, "Key Words Not Found", "keyword"),
        ("dingtalk", 310000, "keywords not in content", "keyword"),
        ("dingtalk", 310000, "description:机器人发送签名不匹配;solution:时间戳", "sign"),
        ("dingtalk", 310000, "invalid timestamp", "sign"),
        ("dingtalk", 310000, "ip X.X.X.X not in whitelist", "ip"),
        ("dingtalk", 310000, "something else", "security"),
        ("dingtalk", 400102, "robot stopped", "stopped"),
        ("dingtalk", 400013, "group dissolved", "gone"),
        ("dingtalk", 987654, "never heard of", "other"),
    ],
)
def test_an_error_in_a_good_answer_is_dead_with_a_sentence(platform, name, code, said, fault):
    platform.answer = refusal(code, said)

    outcome, message, robot = send(RobotFactory(platform=name))

    assert (outcome.failed, message.state, message.reason) == (1, State.DEAD, Reason.REFUSED)
    assert message.error == f"[{fault}] {code} {said}"
    assert (robot.fault, robot.faulty_since) == (fault, NOON)
    sentence, todo = robot_faults.of_message(message)
    assert f"{code} {said}" in sentence
    assert todo


@pytest.mark.parametrize(
    "name, code, minutes",
    [
        ("wecom", 45009, 1),
        ("feishu", 11232, 1),
        ("dingtalk", 130101, 10),
        ("dingtalk", 410100, 10),
    ],
)
def test_a_limit_of_the_platform_holds_what_waits_and_is_no_failure(platform, name, code, minutes):
    robot = RobotFactory(platform=name)
    platform.answer = refusal(code, "too fast")
    first, second = a_message(robot, 1), a_message(robot, 2)

    outcome = delivery.drain()

    assert outcome.held == 2
    assert len(platform.asked) == 1  # not asked again for the second one
    for message in (first, second):
        message.refresh_from_db()
        assert (message.state, message.reason) == (State.QUEUED, Reason.ROBOT_FULL)
        assert (message.failures, message.not_before) == (0, NOON + minutes * MINUTE)
    assert Robot.objects.get().fault == ""


def test_while_a_robot_is_held_nothing_overtakes(platform, at_noon):
    robot = RobotFactory()
    platform.answer = refusal(45009)
    a_message(robot, 1)
    delivery.drain()
    platform.answer = (200, WELL, {})

    a_message(robot, 2)
    held = delivery.drain()
    at_noon.shift(MINUTE)
    sent = delivery.drain()

    assert (held.held, held.sent, sent.sent) == (1, 0, 2)


@pytest.mark.parametrize("told, seconds", [("7", 7), ("99999", 3_600), ("soon", 60), ("", 60)])
def test_http_429_holds_as_long_as_it_says(platform, told, seconds):
    platform.answer = (429, b"slow down", {"Retry-After": told})

    outcome, message, _robot = send(RobotFactory())

    assert (outcome.held, message.state) == (1, State.QUEUED)
    assert message.not_before == NOON + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "answer, fault",
    [
        ((200, b"<html>maintenance</html>", {}), "garbage"),
        ((200, b"[]", {}), "garbage"),
        ((200, {"ok": True}, {}), "garbage"),
        ((200, {"errcode": True}, {}), "garbage"),
        ((200, b"x" * 70_000, {}), "garbage"),
        ((200, b"[" * 30_000, {}), "garbage"),
        ((500, b"oops", {}), "garbage"),
        ((502, WELL, {}), "garbage"),
        ((504, b"", {}), "garbage"),
        ((200, WELL, {"Content-Length": "9000"}), "cut_off"),
        ("cut", "cut_off"),
    ],
)
def test_where_nobody_knows_it_waits_for_a_person(platform, answer, fault):
    platform.answer = answer

    outcome, message, robot = send(RobotFactory())
    again = delivery.drain()

    assert (outcome.failed, message.state, message.reason) == (1, State.UNKNOWN, Reason.NO_ANSWER)
    assert message.error.startswith(f"[{fault}]")
    assert message in OutboxMessage.objects.for_a_person()
    assert (again.taken, len(platform.asked)) == (0, 1)
    assert robot.fault == fault
    assert "Nobody knows whether" in robot_faults.of_message(message)[0]


def test_no_answer_at_all_waits_for_a_person(platform, monkeypatch):
    monkeypatch.setattr(transport, "READ_SECONDS", 0.05)
    platform.answer = "nothing"

    _outcome, message, _robot = send(RobotFactory())

    assert (message.state, message.reason) == (State.UNKNOWN, Reason.NO_ANSWER)
    assert message.error.startswith("[no_answer]")


def test_an_answer_that_drips_is_not_waited_for(platform, monkeypatch):
    monkeypatch.setattr(transport, "ANSWER_SECONDS", -1)

    _outcome, message, _robot = send(RobotFactory())

    assert message.error.startswith("[no_answer]")


def test_a_certificate_that_cannot_be_trusted_sent_nothing():
    wrong = requests.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed"))

    failure = transport._failure(wrong, "qyapi.example")

    assert isinstance(failure, NotNow)
    assert str(failure).startswith("[certificate] qyapi.example")


def test_what_cannot_be_reached_is_tried_again(settings, platform):
    settings.ROBOT_BASES = dict.fromkeys(settings.ROBOT_BASES, "http://127.0.0.1:1")

    outcome, message, robot = send(RobotFactory())

    assert (outcome.failed, message.state, message.failures) == (1, State.QUEUED, 1)
    assert message.error == "[unreachable] 127.0.0.1 cannot be reached."
    assert message.not_before > NOON
    assert robot.fault == "unreachable"


def test_a_platform_that_is_busy_is_tried_again(platform):
    robot = RobotFactory()
    platform.answer = (503, b"", {})

    _outcome, by_status, _robot = send(robot)
    platform.answer = refusal(-1, "system busy")
    by_code = a_message(robot, 2)
    delivery.drain()
    by_code.refresh_from_db()

    assert (by_status.state, by_status.error) == (State.QUEUED, "[busy] HTTP 503")
    assert (by_code.state, by_code.error) == (State.QUEUED, "[busy] -1 system busy")


@pytest.mark.parametrize("status", [301, 302, 404, 403])
def test_another_way_is_not_followed(platform, status):
    platform.answer = (status, b"", {"Location": f"{platform.base}/elsewhere"})

    _outcome, message, _robot = send(RobotFactory())

    assert (message.state, message.error) == (State.DEAD, f"[address] HTTP {status}")
    assert len(platform.asked) == 1


def test_a_fault_keeps_its_first_moment(platform, at_noon):
    robot = RobotFactory()
    platform.answer = refusal(93000)
    a_message(robot, 1)
    delivery.drain()

    at_noon.shift(2 * MINUTE)
    platform.answer = refusal(93008)
    a_message(robot, 2)
    delivery.drain()

    robot.refresh_from_db()
    assert (robot.fault, robot.faulty_since) == ("gone", NOON)


def test_a_closed_or_switched_off_robot_gets_nothing(platform, member):
    closed, quiet = RobotFactory(), RobotFactory()
    first, second = a_message(closed), a_message(quiet)
    robots.close(robot=closed, by=member)
    Robot.objects.filter(pk=quiet.pk).update(tells_late=False)

    outcome = delivery.drain()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (outcome.suppressed, platform.asked) == (2, [])
    assert (first.reason, second.reason) == (Reason.ROBOT_CLOSED, Reason.ROBOT_QUIET)


def test_a_mistake_of_ours_in_the_middle_tells_no_secret(platform, monkeypatch):
    robot = RobotFactory(secret="SEC-canary")

    def broken(address, body):
        raise RuntimeError(f"broken at {address}")

    monkeypatch.setattr(channel.transport, "post", broken)
    _outcome, message, found = send(robot)

    assert (message.state, found.fault, found.said) == (State.UNKNOWN, "other", "RuntimeError")
    assert robot.key not in message.error


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("case", ["refused", "echo", "cut", "closed", "moved"])
def test_no_key_stands_in_an_error_or_a_log(settings, platform, caplog, name, case):
    caplog.set_level(logging.DEBUG)
    key, secret = "0ca11a7e-c4na-4ry0-a000-00000c4nary0", "SECc4nary0c4nary0c4nary0"
    robot = RobotFactory(platform=name, key=key, secret=secret)
    platform.answer = {
        "refused": refusal(93000),
        "echo": refusal(310000, f"bad token {key} with {secret}"),
        "cut": "cut",
        "closed": "cut",
        "moved": (302, b"", {"Location": f"{platform.base}/{key}"}),
    }[case]
    if case == "closed":
        settings.ROBOT_BASES = dict.fromkeys(settings.ROBOT_BASES, "http://127.0.0.1:1")

    _outcome, message, found = send(robot)

    written = logging.Formatter()
    logged = logs.scrub("\n".join(written.format(record) for record in caplog.records))
    ours = "\n".join(
        written.format(record)
        for record in caplog.records
        if not record.name.startswith(("urllib3", "django"))
    )
    for told in (message.error, found.said, logged, ours, *robot_faults.of_message(message)):
        assert key not in told
        assert secret not in told
