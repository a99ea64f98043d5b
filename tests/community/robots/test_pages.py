"""Setting a robot up, trying it, changing it, taking it down."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from community.models import AuditEvent, OutboxMessage, Robot, RoleGrant
from community.services import delivery, robot_faults, robots, rooms, spaces
from tests.community.delivery.helpers import mailbox, text_of
from tests.community.robots.test_outcomes import a_message, refusal
from tests.factories import MemberFactory, RobotFactory

KEY = "693a91f6-7a0c-4bc4-97a0-0ec25fa5aaaa"
SECRET = "SECc4nary0c4nary0c4nary0"
HOOK = f"/cgi-bin/webhook/send?key={KEY}"


@pytest.fixture
def space(member, client):
    client.force_login(member)
    return spaces.open_space(owner=member, name="Letters", slug="letters", default_locale="en")


@pytest.fixture
def camp(space, member):
    return rooms.open_room(
        space=space, kind="camp", name="Spring", timezone="Asia/Shanghai", lead=member
    )


def fields(**changes):
    told = {
        "platform": "wecom",
        "name": "Staff of Letters",
        "address": f"https://qyapi.weixin.qq.com{HOOK}",
        "locale": "en",
        "daily_at": "08:30",
        "tells_late": "on",
        "only_staff": "on",
    }
    return told | changes


def page_of(robot):
    if robot.room:
        return reverse("community:room_robot", args=[robot.space.slug, robot.room.public_id])
    return reverse("community:space_robot", args=[robot.space.slug])


def at(name, robot):
    return reverse(f"community:robot_{name}", args=[robot.public_id])


def shown(response):
    return response.content.decode()


def test_the_empty_page_says_how_a_robot_is_made_and_whom_it_never_writes_to(client, space):
    page = shown(client.get(reverse("community:space_robot", args=["letters"])))

    for app in ("WeCom", "Feishu and Lark", "DingTalk"):
        assert f"<summary>{app}</summary>" in page
    assert "never to a group of learners" in page
    assert "Set up the robot" in page


@pytest.mark.parametrize("of_a_camp", [False, True])
def test_a_robot_is_set_up_for_a_space_and_for_a_camp(client, space, camp, of_a_camp):
    robot = Robot(space=space, room=camp if of_a_camp else None)

    response = client.post(page_of(robot), fields())

    made = Robot.objects.get()
    assert response.url == page_of(robot)
    assert (made.key, made.room, made.tells_late, made.tells_help) == (KEY, robot.room, True, False)
    assert AuditEvent.objects.filter(action="robot.set_up").exists()


def test_key_and_secret_are_sealed_and_shown_to_nobody(client, space):
    client.post(reverse("community:space_robot", args=["letters"]), fields(secret=SECRET))
    robot = Robot.objects.get()

    pages = [shown(client.get(where)) for where in (page_of(robot), at("change", robot))]
    stored = str(list(Robot.objects.values())) + str(list(AuditEvent.objects.values()))

    for told in (*pages, stored):
        assert KEY not in told
        assert SECRET not in told
    assert f"…{KEY[-4:]}" in pages[0]


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"address": f"https://evil.example{HOOK}"}, "This is no address of a robot in WeCom."),
        (
            {"platform": "feishu"},
            "This is the address of a robot in WeCom. Choose that platform.",
        ),
        ({"address": ""}, "address"),
        ({"only_staff": ""}, "Only people who run it are in this group"),
        (  # all that is wrong is said at once
            {"address": f"https://evil.example{HOOK}", "only_staff": ""},
            "This is no address of a robot in WeCom.",
        ),
    ],
)
def test_a_wrong_form_loses_nothing_that_was_typed(client, space, changes, sentence):
    response = client.post(
        reverse("community:space_robot", args=["letters"]), fields(secret="typed", **changes)
    )

    assert response.status_code == 422
    assert sentence in shown(response)
    assert 'value="Staff of Letters"' in shown(response)
    assert 'value="typed"' in shown(response)
    assert not Robot.objects.exists()


def test_a_second_robot_is_refused_by_the_database(space, camp):
    RobotFactory(space=space)
    RobotFactory(space=space, room=camp)

    for room in (None, camp):
        with pytest.raises(IntegrityError), transaction.atomic():
            RobotFactory(space=space, room=room)


def test_two_who_set_up_at_once_get_a_sentence(space, member, in_english):
    RobotFactory(space=space)
    told = {"platform": "wecom", "name": "x", "address": KEY}

    with pytest.raises(robots.DomainError, match="Somebody has just set up a robot here"):
        robots.set_up(space=space, room=None, by=member, **told)


def test_a_test_shows_what_came_of_it(client, space, platform):
    robot = RobotFactory(space=space)

    client.post(at("test", robot))
    waiting = shown(client.get(page_of(robot)))
    delivery.drain()
    arrived = shown(client.get(page_of(robot)))

    assert f'hx-get="{at("state", robot)}"' in waiting
    assert "Look again" in waiting
    assert "It works. The last message arrived" in arrived
    assert "hx-get" not in arrived.split('id="robot-state"')[1].split(">")[0]
    assert "A test from" in platform.asked[0][1]["text"]["content"]


def test_a_test_that_fails_says_what_to_do(client, space, platform):
    robot = RobotFactory(space=space, platform="dingtalk")
    platform.answer = refusal(310000, "sign not match")

    client.post(at("test", robot))
    delivery.drain()
    page = shown(client.get(page_of(robot)))

    assert "DingTalk does not accept the signature." in page
    assert "Enter the secret again" in page


def test_two_tests_at_once_are_one(client, space):
    robot = RobotFactory(space=space)

    client.post(at("test", robot))
    response = client.post(at("test", robot), follow=True)

    assert OutboxMessage.objects.count() == 1
    assert "A test is on its way. Look below" in shown(response)


def test_settings_change_and_the_key_stays(client, space):
    robot = RobotFactory(space=space, secret=SECRET, fault="ip", faulty_since="2026-03-01T00:00Z")

    client.post(at("change", robot), fields(name="Others", address="", secret=""))

    changed = Robot.objects.get()
    assert (changed.name, changed.key, changed.secret) == ("Others", robot.key, SECRET)
    assert changed.fault == "ip"


def test_a_new_key_begins_without_the_old_fault_and_secret(client, space):
    robot = RobotFactory(space=space, secret=SECRET, fault="key", faulty_since="2026-03-01T00:00Z")

    client.post(at("change", robot), fields(secret=""))

    changed = Robot.objects.get()
    assert (changed.key, changed.secret, changed.fault) == (KEY, "", "")


def test_another_platform_needs_another_address(client, space):
    robot = RobotFactory(space=space)

    response = client.post(at("change", robot), fields(platform="lark", address=""))

    assert response.status_code == 422
    assert "Another platform has another robot" in shown(response)
    assert Robot.objects.get().platform == "wecom"


def test_a_closed_robot_leaves_room_for_another(client, space):
    robot = RobotFactory(space=space, name="Old group", secret=SECRET)

    response = client.post(at("close", robot), follow=True)
    page = shown(response)
    client.post(page_of(robot), fields())

    robot.refresh_from_db()
    assert (robot.key, robot.secret) == ("", "")
    assert "The robot in “Old group” was closed" in page
    assert Robot.objects.open().get().name == "Staff of Letters"


def test_the_ways_to_it_stand_where_staff_settings_are(client, space, camp):
    page = shown(client.get(space.get_absolute_url()))

    assert reverse("community:space_robot", args=["letters"]) in page


def test_the_desk_names_platform_and_sentence(client, space, platform, member):
    RoleGrant.objects.create(member=member, role="operator")
    robot = RobotFactory(space=space, platform="feishu", name="Staff")
    platform.answer = refusal(19022, "Ip Not Allowed")
    message = a_message(robot)
    delivery.drain()

    desk = shown(client.get(reverse("community:delivery")))
    one = shown(client.get(reverse("community:delivery_message", args=[message.public_id])))

    for page in (desk, one):
        assert "Feishu" in page
        assert "does not take messages from this server" in page
    assert "signature there instead" in one


def test_a_person_sends_again_what_nobody_knows(client, space, platform, member):
    RoleGrant.objects.create(member=member, role="operator")
    platform.answer = (200, b"garbage", {})
    message = a_message(RobotFactory(space=space))
    delivery.drain()
    platform.answer = (200, {"errcode": 0}, {})

    where = reverse("community:delivery_message", args=[message.public_id])
    client.post(where, {"deed": "again", "reason": "It is not in the group."})
    delivery.drain()

    message.refresh_from_db()
    assert (message.state, len(platform.asked)) == ("sent", 2)


def test_the_doctor_names_a_faulty_robot(in_english, db):
    RobotFactory()
    well = robot_faults.check_robots()
    RobotFactory(
        space__name="Letters", fault="gone", faulty_since="2026-03-01T00:00Z", platform="dingtalk"
    )

    faulty = robot_faults.check_robots()

    assert (well.state, faulty.state) == ("ok", "warn")
    assert faulty.text == "Letters (DingTalk): The group is gone, or the robot is no longer in it."


@pytest.mark.parametrize("fault", ["no_answer", "unreachable", "busy", "certificate", "nonsense"])
def test_every_fault_has_a_sentence_and_a_remedy(in_english, fault):
    sentence, todo = robot_faults.words("lark", fault, "so it says")

    assert "so it says" in sentence
    assert "%" not in sentence + todo
    assert todo


def test_the_page_costs_the_same_for_one_message_and_for_three(
    client, space, django_assert_num_queries
):
    robot = RobotFactory(space=space)
    client.get(page_of(robot))

    for count in (1, 3):
        a_message(robot, count)
        with django_assert_num_queries(6):
            client.get(page_of(robot))


def test_the_demo_writes_into_its_mailbox(settings, space, platform):
    settings.DEMO = True
    a_message(RobotFactory(space=space))

    delivery.drain()

    (mail,) = mailbox()
    assert mail["To"] == "wecom-robot@demo.invalid"
    assert "something that should have gone out waits" in text_of(mail)
    assert platform.asked == []


def test_staff_without_the_right_see_no_way_in(client, space):
    other = MemberFactory()
    spaces.join(space=space, member=other, role="assistant")
    client.force_login(other)

    page = shown(client.get(space.get_absolute_url()))

    assert reverse("community:space_robot", args=["letters"]) not in page
