"""What the camps of the demo need to be opened: a template, people, and a time that lies back."""

from cohorts.demo.timeline import Timeline
from cohorts.models import Camp, SopRun, TemplateVersion
from cohorts.services.templates import shipped
from community.models import ChatGroup, Member, Membership, Room, Space

TEMPLATE = "writing-14"


def version_in(language: str) -> TemplateVersion:
    """The newest version of the shipped template; published first if that was not done yet."""
    if not shipped.is_installed():
        shipped.install()
    return (
        TemplateVersion.objects.newest()
        .select_related("template")
        .get(template__space=None, template__key=TEMPLATE, template__language=language)
    )


def here(space: Space) -> dict[str, Member]:
    """Who is in the space with an active account, by handle. One query."""
    active = Membership.objects.active().filter(space=space)
    return {
        row.member.handle: row.member
        for row in active.select_related("member").order_by("pk")
        if row.member.state == Member.State.ACTIVE
    }


def opened_long_ago(camp: Camp, line: Timeline) -> None:
    """As if it had been opened twelve days before its first day, and had followed its dates."""
    long_ago = line.at(1, "18:00", before=12)
    SopRun.objects.filter(pk=camp.run_id).update(created_at=long_ago)
    Room.objects.filter(pk__in=[camp.run.room_id, camp.staff_room_id]).update(created_at=long_ago)
    ChatGroup.objects.filter(room=camp.run.room_id).update(created_at=line.at(-3, "08:20"))
    began = line.at(1 if line.today > 0 else -3, "00:00")
    Camp.objects.filter(pk=camp.pk).update(state_changed_at=line.just_before(began))
