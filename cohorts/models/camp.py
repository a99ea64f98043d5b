"""A camp (训练营), who learns in it, and which of its staff is away when."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from cohorts.models.calendar import RunCalendar
from cohorts.models.run import SopRun
from community import clock
from community.errors import DomainError
from community.models import Room, Space
from community.models.ids import new_public_id


class CampQuerySet(models.QuerySet["Camp"]):
    def visible_to(self, member) -> "CampQuerySet":
        """The camps in whose room she is, and those of the spaces that she manages. Costs nothing
        beyond her standing and the query itself."""
        standing = member.standing
        manages = [key for key, role in standing.spaces.items() if role in ("owner", "manager")]
        return self.filter(
            Q(run__room__in=list(standing.rooms)) | Q(space__in=manages)
        ).select_related("space", "run__room")

    def staffed_by(self, member) -> "CampQuerySet":
        rooms = [key for key, role in member.standing.rooms.items() if role != "learner"]
        return self.filter(run__room__in=rooms).select_related("space", "run__room")

    def run_by(self, member) -> "CampQuerySet":
        """Those whose staff she is of, and those of the spaces that she manages."""
        standing = member.standing
        rooms = [key for key, role in standing.rooms.items() if role != "learner"]
        manages = [key for key, role in standing.spaces.items() if role in ("owner", "manager")]
        return self.filter(Q(run__room__in=rooms) | Q(space__in=manages)).select_related(
            "space", "run__room"
        )

    def learnt_by(self, member) -> "CampQuerySet":
        rooms = [key for key, role in member.standing.rooms.items() if role == "learner"]
        return self.filter(run__room__in=rooms).select_related("space", "run__room")

    def in_progress(self) -> "CampQuerySet":
        """Whose dates may still move them: neither finished nor cancelled."""
        return self.exclude(state__in=[Camp.State.FINISHED, Camp.State.CANCELLED])


class Camp(models.Model):
    """One dated training camp of a space. Dates, clock and room are those of its ``run``;
    ``staff_room`` is the room that no learner reaches."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ENROLLING = "enrolling", _("Open for enrolment")
        PREPARING = "preparing", _("In preparation")
        RUNNING = "running", _("Running")
        CLOSING = "closing", _("Closing")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    # Forwards in the order of the dates, and by hand also past a state; finished and cancelled are
    # final.
    NEXT = {
        State.PLANNED: {State.ENROLLING, State.PREPARING, State.RUNNING, State.CANCELLED},
        State.ENROLLING: {State.PLANNED, State.PREPARING, State.RUNNING, State.CANCELLED},
        State.PREPARING: {State.RUNNING, State.CANCELLED},
        State.RUNNING: {State.CLOSING, State.FINISHED, State.CANCELLED},
        State.CLOSING: {State.FINISHED},
        State.FINISHED: set(),
        State.CANCELLED: set(),
    }

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    run = models.OneToOneField(SopRun, on_delete=models.PROTECT, related_name="camp")
    staff_room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    slug = models.CharField(
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters, digits and single hyphens.")
            )
        ],
    )
    purpose = models.TextField(blank=True)  # what for, and what it is not; shown before enrolling
    capacity = models.PositiveSmallIntegerField(default=60)
    # Enrolments that hold a place: counted up and down by compare-and-swap, bounded below.
    seats_taken = models.PositiveSmallIntegerField(default=0, editable=False)
    enrols_from = models.DateField(null=True, blank=True)
    check_in_until = models.TimeField(default="23:00")
    make_up_days = models.PositiveSmallIntegerField(default=2)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    state_changed_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = CampQuerySet.as_manager()

    class Meta:
        ordering = ["run__opens_on", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gte=1),
                name="camp_has_a_place",
                violation_error_message=_("A camp needs at least one place."),
            ),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")),
                name="camp_is_not_overfull",
                violation_error_message=_("More people than that are in the camp already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cohorts:camp", args=[self.space.slug, self.slug])

    @property
    def room(self) -> Room:
        """Needs ``select_related("run__room")``."""
        return self.run.room

    @property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken

    @property
    def calendar(self) -> RunCalendar:
        return self.run.calendar

    def move_to(self, state: str, *, as_it_was: str | None = None) -> None:
        """Change the state, or say why not. Nothing else assigns ``state``. One UPDATE, which only
        fits while the state is ``as_it_was`` (unless told, the one read)."""
        now_is = self.State(as_it_was or self.state)
        wanted = self.State(state)
        if wanted not in self.NEXT[now_is]:
            raise DomainError(
                _g("%(camp)s is “%(now)s”; it cannot become “%(wanted)s”.")
                % {"camp": self.name, "now": now_is.label, "wanted": wanted.label}
            )
        moment = clock.now()
        unchanged = Camp.objects.filter(pk=self.pk, state=now_is)
        if not unchanged.update(state=wanted, state_changed_at=moment):
            raise DomainError(
                _g("Somebody else has just changed %(camp)s. Look again.") % {"camp": self.name}
            )
        self.state, self.state_changed_at = wanted, moment


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> "EnrolmentQuerySet":
        return self.filter(state=Enrolment.State.ACTIVE)


class Enrolment(models.Model):
    """A learner's place in a camp. Made together with her place in the camp's room.

    ``from_day`` is the day she came in: nothing of the days before is asked of her. ``reason`` is
    what she wants from this camp, read by its staff.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Learning")
        PAUSED = "paused", _("Paused")
        LEFT = "left", _("Left")
        GRADUATED = "graduated", _("Graduated")

    class Way(models.TextChoices):
        ROSTER = "roster", _("List brought in")
        INVITATION = "invitation", _("Invitation")
        BY_HAND = "hand", _("By hand")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    camp = models.ForeignKey(Camp, on_delete=models.PROTECT, related_name="enrolments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ACTIVE)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.BY_HAND)
    from_day = models.SmallIntegerField(default=1)
    reason = models.CharField(max_length=300, blank=True)
    makes_up_by_itself = models.BooleanField(default=True)
    welcomed_at = models.DateTimeField(null=True, blank=True)  # the catch-up card was put away
    enrolled_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["enrolled_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["camp", "member"], name="member_enrols_once_in_a_camp"),
            models.CheckConstraint(
                condition=Q(state="left", left_at__isnull=False)
                | (~Q(state="left") & Q(left_at=None)),
                name="enrolment_that_ended_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.camp_id}: {self.state}"


class Absence(models.Model):
    """``member`` of a run's staff is away on these dates, both included; ``stand_in`` does her
    steps then, if there is one."""

    run = models.ForeignKey(SopRun, on_delete=models.PROTECT, related_name="absences")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(stand_in=None) | ~Q(stand_in=F("member")),
                name="nobody_stands_in_for_herself",
                violation_error_message=_("Somebody else has to stand in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} away {self.first_day}–{self.last_day}"
