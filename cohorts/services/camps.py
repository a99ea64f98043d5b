"""Opening a camp: from a template, a date and its staff to everything that a camp has."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cohorts.models import Camp, Lesson, SopRun, SopTask, TemplateVersion
from cohorts.models.calendar import parse_clock
from cohorts.services import camp_dates, camp_plan, camp_texts
from cohorts.services import chat_groups as groups
from community.errors import DomainError
from community.models import Member, Room, RoomMembership, Space
from community.services import announcement_writing, audit, rooms

Role = RoomMembership.Role
LONGEST_NAME = 60
TRIES = 20


@transaction.atomic
def open_camp(
    *,
    space: Space,
    version: TemplateVersion,
    opens_on: dt.date,
    name: str,
    staff: Mapping[Member, str],
    by: Member,
    timezone: str | None = None,
    capacity: int = 60,
    chat_groups: Sequence[str] = (),
    enrols_from: dt.date | None = None,
) -> Camp:
    """A camp with its room, its staff room, its run with a task for every step and day, lessons,
    announcements and chat groups; all of it or nothing.

    Its state is the one that the dates say; without ``enrols_from`` it is open for enrolment at
    once. Raises DomainError: ImpossibleDates for dates that cannot be (see ``camp_plan.plan``),
    and sentences about name, staff, capacity or chat groups. Locks the space's row. The number of
    queries does not grow with days, steps or staff, but for the chunks of
    the bulk inserts.
    """
    _check(space, version, name, staff, capacity)
    timezone = timezone or space.timezone
    steps = list(version.steps.all())
    found = camp_plan.plan(version, steps, opens_on=opens_on, timezone=timezone)
    name = name.strip()
    room, staff_room = _rooms(space, name, timezone, staff, by)
    run = SopRun.objects.create(
        room=room,
        version=version,
        name=name,
        opens_on=opens_on,
        timezone=timezone,
        language=version.template.language,
        days=version.days,
        preparation_days=version.preparation_days,
        closing_days=version.closing_days,
    )
    camp = _camp_of(
        run,
        space=space,
        staff_room=staff_room,
        name=name,
        purpose=version.summary,
        capacity=capacity,
        enrols_from=enrols_from or camp_dates.today_in(timezone),
        check_in_until=parse_clock(version.content.get("check_in_until", "23:00")),
        make_up_days=version.content.get("make_up_days", 2),
        created_by=by,
    )
    SopTask.objects.bulk_create(camp_plan.tasks_of(run, found), batch_size=500)
    lessons = Lesson.objects.bulk_create(camp_texts.lessons_of(camp))
    lead = next(member for member, role in staff.items() if role == Role.LEAD)
    announcement_writing.plan(
        room=room, entries=camp_texts.announcements_of(camp, lead=lead, lessons=lessons)
    )
    for title in chat_groups:
        groups.add(room=room, name=title, by=by)
    audit.record(
        "camp.opened",
        actor=by,
        subject=camp,
        space=space,
        data={"version": version.public_id, "tasks": len(found.dated)},
    )
    camp_dates.follow(camp)
    return camp


def _check(
    space: Space, version: TemplateVersion, name: str, staff: Mapping[Member, str], capacity: int
) -> None:
    if version.template.space_id not in (None, space.pk):
        raise DomainError(_("This template belongs to another space."), field="version")
    if not name.strip():
        raise DomainError(_("Give the camp a name."), field="name")
    if len(name.strip()) > LONGEST_NAME:
        raise DomainError(
            _("The name is too long; %(limit)d characters fit.") % {"limit": LONGEST_NAME},
            field="name",
        )
    if capacity < 1:
        raise DomainError(_("A camp needs at least one place."), field="capacity")
    if wrong := set(staff.values()) - set(RoomMembership.STAFF_ROLES):
        raise DomainError(
            _("“%(role)s” is no role of a camp's staff.") % {"role": ", ".join(sorted(wrong))},
            field="staff",
        )
    if Role.LEAD not in staff.values():
        raise DomainError(_("A camp needs a lead. Choose who leads it."), field="staff")


def _rooms(
    space: Space, name: str, timezone: str, staff: Mapping[Member, str], by: Member
) -> tuple[Room, Room]:
    room = rooms.open_room(
        space=space, kind=Room.Kind.CAMP, name=name[:LONGEST_NAME], timezone=timezone, by=by
    )
    # In the language of the space, not of whoever opens it.
    with translation.override(space.default_locale):
        title = _("Staff of %(camp)s") % {"camp": name}
    staff_room = rooms.open_room(
        space=space,
        kind=Room.Kind.STAFF,
        name=title[:LONGEST_NAME],
        timezone=timezone,
        part_of=room,
        by=by,
    )
    for role in dict.fromkeys(staff.values()):
        people = [member for member, hers in staff.items() if hers == role]
        for one in (room, staff_room):
            rooms.enter_all(room=one, people=people, role=role, by=by)
    return room, staff_room


def _camp_of(run: SopRun, **fields) -> Camp:
    """With an address made of template and date; the next free one if it is taken."""
    base = f"{run.version.template.key}-{run.opens_on:%Y%m%d}"[:54].strip("-")
    for number in range(1, TRIES + 1):
        slug = base if number == 1 else f"{base}-{number}"
        if Camp.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                return Camp.objects.create(run=run, slug=slug, **fields)
        except IntegrityError:
            if not Camp.objects.filter(slug=slug).exists():
                raise
    raise DomainError(
        _("There are %(count)d camps of this template on this day already. Choose another day.")
        % {"count": TRIES},
        field="opens_on",
    )
