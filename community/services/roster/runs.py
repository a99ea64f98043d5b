"""From the upload to the yes. Until ``confirm`` nothing is written but the list itself."""

import datetime as dt
import hashlib
from functools import partial
from pathlib import PurePath

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, RosterFile, RosterImport, RosterRow, Space
from community.services import audit, bell
from community.services.roster import judging, reading
from community.services.roster.judging import Judgement

State = RosterImport.State
Verdict = RosterRow.Verdict
# How long the file of a list is kept, for the file with the reasons.
KEPT = dt.timedelta(days=30)
BATCH = 500


@transaction.atomic
def upload(*, space: Space, by: Member | None, name: str, data: bytes) -> RosterImport:
    """Keep a file, sealed, with a verdict for each row. Raises UnreadableFile, and then keeps
    nothing. Five queries to judge and one to write per 500 rows."""
    table = judging.table_of(data)
    judgement = judging.judge(table, space)
    kept = table.to_bytes()
    roster = RosterImport.objects.create(
        space=space,
        created_by=by,
        file_name=PurePath(reading.clean(name).replace("\\", "/")).name[-120:] or "list",
        sha256=hashlib.sha256(kept).hexdigest(),
        size=len(data),
    )
    RosterFile.objects.create(roster=roster, content=RosterFile.pack(kept))
    _keep(roster, judgement)
    audit.record("roster.uploaded", actor=by, subject=roster, space=space)
    return roster


def table_of(roster: RosterImport) -> reading.Table:
    """What the list says. Raises DomainError when it is no longer kept or not the same."""
    file = RosterFile.objects.filter(roster=roster).first()
    if file is None:
        raise DomainError(
            _("The file of this list is no longer kept. Upload it again if you need it.")
        )
    data = file.unpack()
    if hashlib.sha256(data).hexdigest() != roster.sha256:
        raise DomainError(
            _(
                "The file is not the one that was looked at before. Nothing was written. Upload "
                "it again."
            )
        )
    return reading.Table.from_bytes(data)


def look_again(*, roster: RosterImport) -> bool:
    """Judge an unconfirmed list by the people who are in the space now; True if anything changed.

    Raises DomainError if it is confirmed, or its file is not the same any more.
    """
    with transaction.atomic():
        roster = _locked(roster)
        if not roster.is_open:
            raise DomainError(
                _("This list is already further: %(state)s. Look at the page again.")
                % {"state": roster.get_state_display()}
            )
        judgement = judging.judge(table_of(roster), roster.space)
        if judgement.digest(roster.sha256) == roster.digest:
            return False
        _keep(roster, judgement)
        return True


def confirm(*, roster: RosterImport, by: Member | None, digest: str) -> None:
    """Say yes to the preview with this ``digest``: from here on the rows become people.

    The file is read and judged once more. Raises DomainError, and writes no person, when the
    preview that was shown is not the newest, or when the file or the people of the space have
    changed since: then the new preview is kept, to be looked at. Rings for a worker on commit.
    """
    if look_again(roster=roster) or digest != RosterImport.objects.get(pk=roster.pk).digest:
        raise DomainError(
            _(
                "The people of the space have changed since this preview was made. Nothing was "
                "written. Look at the new preview and confirm again."
            )
        )
    with transaction.atomic():
        roster.refresh_from_db()
        now = clock.now()
        roster.move_to(State.IMPORTING, confirmed_by=by, confirmed_at=now, worked_at=now)
        audit.record("roster.confirmed", actor=by, subject=roster, space=roster.space)
        bell.ring_on_commit("roster")


def go_on(*, roster: RosterImport, by: Member) -> None:
    """Take up a list that stopped. Raises DomainError unless it did."""
    with transaction.atomic():
        roster.move_to(State.IMPORTING, failure="", worked_at=clock.now())
        audit.record("roster.resumed", actor=by, subject=roster, space=roster.space)
        bell.ring_on_commit("roster")


def discard(*, roster: RosterImport, by: Member | None) -> None:
    """Throw an unconfirmed list away, file and verdicts. Raises DomainError if it is confirmed."""
    with transaction.atomic():
        roster = _locked(roster)
        if not roster.is_open:
            raise DomainError(
                _("This list was confirmed; it stays, so that you can see who came in by it.")
            )
        audit.record("roster.discarded", actor=by, subject=roster, space=roster.space)
        roster.delete()


def old_files() -> QuerySet[RosterFile]:
    """The files that have been kept long enough."""
    old = RosterFile.objects.filter(roster__created_at__lt=clock.now() - KEPT)
    return old.exclude(roster__state=State.IMPORTING)


@transaction.atomic
def forget_old() -> int:
    """Delete what was read of lists older than ``KEPT``, and the nicknames beside their verdicts;
    how many lists that were. Three queries."""
    old = list(old_files().values_list("roster_id", flat=True))
    if old:
        RosterRow.objects.filter(roster__in=old).update(nickname="")
        RosterFile.objects.filter(roster__in=old).delete()
    return len(old)


def forget_member(member: Member) -> None:
    """Erase what lists said of somebody: her phone, her nickname, the keys she was known by."""
    RosterRow.objects.filter(member=member).update(nickname="", fingerprint="", member=None)


def _locked(roster: RosterImport) -> RosterImport:
    locked = RosterImport.objects.select_for_update(of=("self",)).select_related("space")
    return locked.get(pk=roster.pk)


def _keep(roster: RosterImport, judgement: Judgement) -> None:
    RosterRow.objects.filter(roster=roster).delete()
    build = partial(RosterRow, roster=roster)
    RosterRow.objects.bulk_create(
        (
            build(
                line=row.line,
                verdict=row.verdict,
                nickname=row.person.nickname[:60],
                notes=row.notes,
                warned=row.warned,
                of_line=row.of_line,
                member_id=row.member_id,
                fingerprint="" if row.verdict == Verdict.REJECT else row.fingerprint,
                done=row.verdict not in (Verdict.NEW, Verdict.CHANGED),
            )
            for row in judgement.rows
        ),
        batch_size=BATCH,
    )
    counts = judgement.counts()
    head = judgement.header
    roster.move_to(
        State.PREVIEWED,
        digest=judgement.digest(roster.sha256),
        counts=counts,
        rows_total=counts[Verdict.NEW] + counts[Verdict.CHANGED],
        rows_done=0,
        columns={
            "taken": {kind: [head.names[c] for c in found] for kind, found in head.columns.items()},
            "left_out": head.left_out(),
            "hidden": judgement.hidden,
            "header_line": head.line,
            "totals": judgement.skipped_totals,
            "other_sheets": judgement.other_sheets,
            "encoding": judgement.encoding,
        },
    )
