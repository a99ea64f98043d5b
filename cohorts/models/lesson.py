"""A day of learning: its lesson, and what each learner hands in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models.camp import Camp, Enrolment
from community import clock
from community.models import Upload
from community.models.ids import new_public_id
from community.trust.markup import RenderedMarkdownField

LONGEST_CHECK_IN = 3_000
LONGEST_PRAISE = 300


class Lesson(models.Model):
    """The lesson of one day of a camp: a copy of the template's, which the camp may change."""

    camp = models.ForeignKey(Camp, on_delete=models.PROTECT, related_name="lessons")
    day = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField(default=10)
    link = models.URLField(max_length=500, blank=True)  # a video or an audio elsewhere
    body = models.TextField(blank=True)
    body_html = RenderedMarkdownField(source="body")
    example = models.TextField(blank=True)
    example_html = RenderedMarkdownField(source="example")
    exercise = models.TextField(blank=True)
    exercise_html = RenderedMarkdownField(source="exercise")
    model_answer = models.TextField(blank=True)
    model_answer_html = RenderedMarkdownField(source="model_answer")
    homework = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["camp", "day"]
        constraints = [
            models.UniqueConstraint(fields=["camp", "day"], name="camp_has_one_lesson_a_day"),
            models.CheckConstraint(condition=Q(day__gte=1), name="lesson_is_on_a_course_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}. {self.title}"

    def get_absolute_url(self) -> str:
        """Needs the camp with its space."""
        return reverse("cohorts:lesson", args=[self.camp.space.slug, self.camp.slug, self.day])


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def standing(self) -> "CheckInQuerySet":
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class CheckIn(models.Model):
    """What a learner hands in for one day (打卡), or that she rests on it.

    ``made_up`` says that it was handed in for a day that was over (补卡). Days that make
    themselves up have no row: they follow from the days without one and the camp's number of
    make-up days.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Words")
        LINK = "link", _("A link")
        PHOTO = "photo", _("A picture")
        REST = "rest", _("Resting today")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="check_ins")
    day = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_up = models.BooleanField(default=False)
    handed_in_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-handed_in_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "day"],
                condition=Q(taken_back_at=None),
                name="learner_checks_in_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(kind="rest") | ~(Q(text="") & Q(url="") & Q(upload=None)),
                name="check_in_holds_something",
                violation_error_message=_("Write a line, give a link or add a picture."),
            ),
        ]
        indexes = [
            models.Index(fields=["day", "handed_in_at"], name="check_in_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} on D{self.day}: {self.kind}"


class CheckInPraise(models.Model):
    """``by`` of the staff answers one concrete thing in a check-in.

    ``is_first`` says that nobody had answered it before: of two who write at the same moment the
    constraint lets one be the first, and the other is told.
    """

    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, related_name="praise")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=LONGEST_PRAISE)
    is_first = models.BooleanField(default=False)
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "by"], name="check_in_is_praised_once_by_each"
            ),
            models.UniqueConstraint(
                fields=["check_in"],
                condition=Q(is_first=True),
                name="check_in_has_one_first_praise",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} on check-in {self.check_in_id}"


class Reaction(models.Model):
    """A word from one who learns beside her: thanks, or that it gave an idea."""

    class Word(models.TextChoices):
        THANKS = "thanks", _("Thank you")
        IDEA = "idea", _("That gives me an idea")

    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, related_name="reactions")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=6, choices=Word.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "member", "word"], name="word_is_said_once_by_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.word}"
