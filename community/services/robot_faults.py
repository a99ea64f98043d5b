"""What is wrong with a robot, in words for who runs the group: what is so, and what to do."""

from django.utils.translation import gettext as _

from community.channels.robots import fault_in
from community.models import OutboxMessage, Robot
from community.registry import Finding, HealthCheck, health_checks

State = OutboxMessage.State


def words(platform: str, fault: str, said: str = "") -> tuple[str, str]:
    """(what is so, what to do), in the language that is active now. Pure."""
    about = {"platform": str(Robot.Platform(platform).label)}
    sentence, todo = _words(fault)
    told = sentence % about
    if said:
        told = _("%(sentence)s It says: %(said)s") % {"sentence": told, "said": said}
    return told, todo % about


def of_message(message: OutboxMessage) -> tuple[str, str]:
    """The same for a message that did not go as it should; two empty texts if nothing was wrong.
    Needs its robot."""
    if message.robot is None or not message.error or message.state == State.SENT:
        return "", ""
    fault, said = fault_in(message.error)
    return words(message.robot.platform, fault, said)


def _words(fault: str) -> tuple[str, str]:
    return _refused(fault) or _security(fault) or _not_now(fault) or _unsure(fault) or _other()


def _refused(fault: str) -> tuple[str, str] | None:
    return {
        "key": (
            _("%(platform)s does not know this robot."),
            _(
                "Open the group's robots in %(platform)s, copy the webhook address again and enter it here."
            ),
        ),
        "stopped": (
            _("The robot is switched off in %(platform)s."),
            _(
                "Switch it on in the group's settings, or make another one and enter its address here."
            ),
        ),
        "gone": (
            _("The group is gone, or the robot is no longer in it."),
            _("Make a robot in the group that is used now, and enter its address here."),
        ),
        "text": (
            _("%(platform)s does not like the text of this message."),
            _("The other messages go on. Tell the operator of this site what it said."),
        ),
        "address": (
            _("There is no robot of %(platform)s where this site looks for it."),
            _(
                "Enter the webhook address again. If it is right, the operator must check the platform's address in the settings."
            ),
        ),
    }.get(fault)


def _security(fault: str) -> tuple[str, str] | None:
    return {
        "sign": (
            _("%(platform)s does not accept the signature."),
            _(
                "Enter the secret again, as the robot's security settings in %(platform)s show it. If "
                "it is right, the clock of this server is wrong: tell its operator."
            ),
        ),
        "keyword": (
            _("%(platform)s misses the keyword that the robot's security settings ask for."),
            _("Enter one of the robot's keywords here, or use a signature there instead."),
        ),
        "ip": (
            _("%(platform)s does not take messages from this server's address."),
            _(
                "Add the address of this server to the robot's list in %(platform)s, or use a "
                "signature there instead."
            ),
        ),
        "security": (
            _("%(platform)s says that the robot's security settings do not fit."),
            _(
                "Compare keyword, secret and list of addresses in %(platform)s with what is entered here."
            ),
        ),
    }.get(fault)


def _not_now(fault: str) -> tuple[str, str] | None:
    return {
        "too_fast": (
            _("%(platform)s takes no more messages for now."),
            _("Nothing to do: what waits goes on by itself."),
        ),
        "busy": (
            _("%(platform)s is busy."),
            _("Nothing to do: it is tried again by itself."),
        ),
        "unreachable": (
            _("%(platform)s cannot be reached from this server."),
            _(
                "It is tried again by itself. If it stays so, the operator must let this server out to it."
            ),
        ),
        "certificate": (
            _("What answers for %(platform)s shows a certificate that cannot be trusted."),
            _(
                "Nothing was sent. The operator must check the platform's address in the settings, and the clock."
            ),
        ),
    }.get(fault)


def _unsure(fault: str) -> tuple[str, str] | None:
    todo = _(
        "Look into the group. If the message is not there, send it again at the delivery desk, or "
        "ask the operator to; it is not sent twice by itself."
    )
    return {
        "no_answer": (
            _("%(platform)s did not answer. Nobody knows whether the message arrived."),
            todo,
        ),
        "cut_off": (_("%(platform)s broke off. Nobody knows whether the message arrived."), todo),
        "garbage": (
            _(
                "%(platform)s answered something that cannot be read. Nobody knows whether the message arrived."
            ),
            todo,
        ),
    }.get(fault)


def _other() -> tuple[str, str]:
    return (
        _("The message did not go to the group in %(platform)s."),
        _("Send a test. If that fails too, tell the operator what it says."),
    )


def check_robots() -> Finding:
    """One line of the doctor: which open robots failed the last time. One query."""
    faulty = list(Robot.objects.open().exclude(fault="").select_related("space", "room"))
    if not faulty:
        return Finding("ok", _("No robot of a staff group is faulty."))
    told = [
        f"{robot.place} ({robot.get_platform_display()}): "
        + words(robot.platform, robot.fault, robot.said)[0]
        for robot in faulty
    ]
    return Finding(
        "warn",
        " ".join(told),
        _("Whoever runs that space or camp can mend it on the page of its robot."),
    )


health_checks.register("robots", HealthCheck(run=check_robots, order=55))
