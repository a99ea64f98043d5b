"""What a message is and what to do about it, in words for the operator."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import OutboxMessage, Robot
from community.registry import mail_kinds
from community.services import personal, robot_faults

Reason = OutboxMessage.Reason

NAMES = {
    "community/account_notice": gettext_lazy("Notice about an account"),
    "community/announcement": gettext_lazy("Announcement"),
    "community/answered": gettext_lazy("Somebody has answered"),
    "community/digest": gettext_lazy("Highlights"),
    "community/personal_digest": gettext_lazy("A member's own digest"),
    "community/sign_in_code": gettext_lazy("Sign-in code"),
}


def name(message: OutboxMessage) -> str:
    """What it is. Needs its run; no query."""
    if message.channel == "robot" and message.kind in Robot.Kind:
        return str(Robot.Kind(message.kind).label)
    template = personal.template_of(message)
    if template in NAMES:
        return str(NAMES[template])
    return str(mail_kinds[message.kind].label) if message.kind in mail_kinds else template


def trouble(message: OutboxMessage) -> tuple[str, str]:
    """(what went wrong, what to do about it); "" for what is not known or not needed. Needs its
    robot; no query."""
    fault, todo = robot_faults.of_message(message)
    return fault, todo or _todo(message)


def _todo(message: OutboxMessage) -> str:
    if message.state not in (OutboxMessage.State.DEAD, OutboxMessage.State.UNKNOWN):
        return ""
    found: dict[str, str] = {
        Reason.REFUSED: _(
            "Read what the server said. If there is no such mailbox, ask the member for another "
            "address; else mend what it names and send it again."
        ),
        Reason.TOO_MANY_TRIES: _(
            "See whether the mail account works again, then send it once more."
        ),
        Reason.BROKEN: _(
            "Its words cannot be put together: show the error to who looks after the software. "
            "When it is mended, send it again."
        ),
        Reason.NO_CHANNEL: _("Nothing sends this kind of message here. Give it up."),
    }
    if message.reason in found:
        return found[message.reason]
    if message.state == OutboxMessage.State.DEAD:
        return ""
    if message.robot_id:
        return _("Look into the group: if it does not stand there, send it again.")
    return _("Ask whether it has come. If nobody can say, send it again: twice does less harm.")
