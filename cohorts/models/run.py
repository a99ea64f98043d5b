"""A run: one dated use of a template in a room. A camp has one; a space that revives itself and a
house that keeps its week will have one each, by the same contract: the room."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cohorts.models.calendar import RunCalendar, Span
from cohorts.models.template import TemplateVersion
from community import clock
from community.models import Room
from community.models.ids import new_public_id


class SopRunQuerySet(models.QuerySet["SopRun"]):
    def staffed_by(self, member) -> "SopRunQuerySet":
        """Those in whose room she has a staff role; nothing beyond her standing."""
        rooms = [key for key, role in member.standing.rooms.items() if role != "learner"]
        return self.filter(room__in=rooms)

    def visible_to(self, member) -> "SopRunQuerySet":
        """Whose board she may see: runs that she staffs, and those of spaces that she manages."""
        manages = [
            key for key, role in member.standing.spaces.items() if role in ("owner", "manager")
        ]
        rooms = [key for key, role in member.standing.rooms.items() if role != "learner"]
        return self.filter(Q(room__in=rooms) | Q(room__space__in=manages))

    def active(self) -> "SopRunQuerySet":
        return self.filter(ended_at=None)


class SopRun(models.Model):
    """``version`` from ``opens_on`` on, by the clock of ``timezone``, for the people of ``room``.

    ``ended_at`` is set when the last phase is over or the run is called off: then its steps are
    due no more.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="runs")
    name = models.CharField(max_length=80)
    opens_on = models.DateField()
    timezone = models.CharField(max_length=40)
    # The template's: in it the run speaks to its people, whatever the language of the space.
    language = models.CharField(
        max_length=7, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    days = models.PositiveSmallIntegerField()
    preparation_days = models.PositiveSmallIntegerField(default=0)
    closing_days = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SopRunQuerySet.as_manager()

    class Meta:
        ordering = ["opens_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="run_has_a_day"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> Span:
        return Span(self.preparation_days, self.days, self.closing_days)

    @property
    def calendar(self) -> RunCalendar:
        return RunCalendar(self.opens_on, self.span, self.timezone)
