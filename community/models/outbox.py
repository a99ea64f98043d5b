"""The outbox: one row for each message, from the moment it is decided until it is over."""

import datetime as dt

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.run import Run
from community.trust.sealed import EncryptedTextField

# Nothing older leaves without a person, whatever happened in between.
LONGEST_WAIT = dt.timedelta(hours=36)


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, now: dt.datetime, *, queue: str | None = None) -> "OutboxQuerySet":
        """Queued, and its time has come; of one queue or of both."""
        rows = self.filter(state=OutboxMessage.State.QUEUED, not_before__lte=now)
        return rows.filter(queue=queue) if queue else rows

    def abandoned(self, now: dt.datetime) -> "OutboxQuerySet":
        """Taken by a sender whose lease has run out."""
        return self.filter(state=OutboxMessage.State.SENDING, lease_until__lt=now)

    def for_a_person(self) -> "OutboxQuerySet":
        """What the desk shows: dead, unknown, or perhaps sent twice."""
        return self.filter(waits=True)


class OutboxMessage(models.Model):
    """One message to one recipient over one channel.

    ``key`` is what makes it the same message: the database refuses the second one. ``attempt``
    counts the senders that took it and is the fencing token: only the sender that holds the
    newest number may write the outcome. ``claim`` names the batch it was taken in, and the journal
    that tells which of an abandoned batch were begun and which the other side has.
    ``failures`` counts what went wrong and decides when to stop trying.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        SUPPRESSED = "suppressed", _("Not sent")
        DEAD = "dead", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    class Reason(models.TextChoices):
        EXPIRED = "expired", _("It was too old to be sent.")
        NO_ADDRESS = "no_address", _("The member has no e-mail address.")
        NOT_ACTIVE = "not_active", _("The account is suspended, deleted or not claimed.")
        LEFT = "left", _("The member is no longer in the room or the space.")
        NO_CONSENT = "no_consent", _("The member has not agreed to this kind of message.")
        UNWANTED = "unwanted", _("The member does not want this kind of mail.")
        STOPPED = "stopped", _("We no longer write to this address.")
        GIVEN_UP = "given_up", _("A person gave it up.")
        MEMBER_FULL = "member_full", _("The member has had enough mails for one day.")
        NOTHING_NEW = "nothing_new", _("There was nothing new to tell.")
        RUN_STOPPED = "run_stopped", _("A person stopped the whole sending.")
        REFUSED = "refused", _("The other side refused it.")
        TOO_MANY_TRIES = "too_many_tries", _("It failed too often.")
        BROKEN = "broken", _("It cannot be built.")
        NO_CHANNEL = "no_channel", _("There is no such way to send.")
        SENDER_LOST = "sender_lost", _("The sender stopped in the middle of it.")
        NO_ANSWER = "no_answer", _("Nobody knows whether it arrived.")
        ROBOT_CLOSED = "robot_closed", _("The robot of that group was taken down.")
        ROBOT_QUIET = "robot_quiet", _("This robot does not tell of such things any more.")
        # These wait: the message is still queued, and goes on at ``not_before``.
        ACCOUNT_FULL = "account_full", _("Our mail accounts may send no more for now.")
        DOMAIN_FULL = "domain_full", _("No more for now to this mail provider.")
        QUIET = "quiet", _("The member wants to be left alone for now.")
        ANOTHER_MAIL = "another_mail", _("Another mail to the same member is being sent just now.")
        ROBOT_FULL = "robot_full", _("The group's platform takes no more for now.")

    class Queue(models.TextChoices):
        URGENT = "urgent", _("Urgent")
        BULK = "bulk", _("Bulk")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    key = models.CharField(max_length=150, unique=True)
    run = models.ForeignKey(
        Run,
        on_delete=models.PROTECT,
        related_name="messages",
        null=True,
        blank=True,
        db_index=False,
    )
    channel = models.CharField(max_length=20, default="email")
    queue = models.CharField(max_length=6, choices=Queue.choices, default=Queue.BULK)

    # To whom: a member, whose address is read when it is sent, or an address.
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="outbox_messages",
        null=True,
        blank=True,
    )
    address = EncryptedTextField(blank=True, default="")
    locale = models.CharField(max_length=7, blank=True)
    # On which conditions, asked again when it is taken to be sent. No index: nobody asks which
    # messages belong to a room.
    room = models.ForeignKey(
        "community.Room",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    space = models.ForeignKey(
        "community.Space",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    needs_consent = models.CharField(max_length=20, blank=True)
    even_if_suspended = models.BooleanField(default=False)

    # The robot of a staff group, which the channel "robot" is for.
    robot = models.ForeignKey(
        "community.Robot",
        on_delete=models.PROTECT,
        related_name="messages",
        null=True,
        blank=True,
        db_index=False,
    )

    # What it says. Without a kind it is account mail, which nobody can turn off.
    kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    template = models.CharField(max_length=80)
    context = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    sealed_context = EncryptedTextField(blank=True, default="")
    list_id = models.CharField(max_length=60, blank=True)
    message_id = models.CharField(max_length=150, editable=False)

    # What became of it.
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=14, choices=Reason.choices, blank=True)
    not_before = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    maybe_twice = models.BooleanField(default=False, editable=False)
    error = models.TextField(blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The sealed parts are gone: such a message cannot be sent again.
    wiped = models.BooleanField(default=False, editable=False)
    # Kept by the database, so that one small index answers the desk on both databases.
    waits = models.GeneratedField(
        expression=Q(state__in=["dead", "unknown"]) | Q(maybe_twice=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False, claim__isnull=False)
                | (~Q(state="sending") & Q(lease_until=None, claim=None)),
                name="only_a_message_being_sent_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suppressed", "dead", "unknown"]) | ~Q(reason=""),
                name="message_that_was_not_sent_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"], settled_at=None)
                | (~Q(state__in=["queued", "sending"]) & Q(settled_at__isnull=False)),
                name="message_that_is_over_says_when",
            ),
            models.CheckConstraint(
                condition=Q(channel="robot", robot__isnull=False)
                | (~Q(channel="robot") & Q(robot=None)),
                name="message_of_a_robot_names_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "not_before", "id"],
                condition=Q(state="queued"),
                name="outbox_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state="sending"),
                name="outbox_leased",
            ),
            models.Index(
                fields=["-id"],
                condition=Q(waits=True),
                name="outbox_for_a_person",
            ),
            models.Index(
                fields=["state", "settled_at"],
                condition=Q(settled_at__isnull=False),
                name="outbox_settled",
            ),
            models.Index(
                fields=["expires_at"],
                condition=~Q(sealed_context="", address="") & Q(settled_at__isnull=False),
                name="outbox_to_wipe",
            ),
            models.Index(
                fields=["run", "state"],
                condition=Q(run__isnull=False),
                name="outbox_of_run",
            ),
            models.Index(
                fields=["robot", "-id"],
                condition=Q(robot__isnull=False),
                name="outbox_of_robot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}: {self.state}"
