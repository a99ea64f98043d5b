"""Bring a list of people into a space, from the shell."""

from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from community.errors import DomainError
from community.models import Member, RosterImport, Space
from community.services.roster import importing, judging, reporting, rules, runs


class Command(BaseCommand):
    help = (
        "Show what a list (CSV or XLSX) would do to a space, row by row; with --yes bring the "
        "people in. The same list again changes nothing."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--space", required=True, help="the space's address, as in /c/<space>/")
        parser.add_argument("--by", default="", help="handle of the member who brings it in")
        parser.add_argument("--yes", action="store_true", help="bring the people in")
        parser.add_argument("--digest", default="", help="only if the preview has this digest")
        parser.add_argument("--reasons", type=Path, help="with --yes: write rows and reasons here")
        parser.add_argument("--quiet", action="store_true", help="only the sums")

    def handle(self, *, file: Path, space: str, yes: bool, **options) -> None:
        found = Space.objects.filter(slug=space).first()
        if found is None:
            raise CommandError(f"There is no space {space!r}; see /spaces/ for their addresses.")
        by = self._member(options["by"])
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        try:
            judgement = judging.judge(judging.table_of(data), found)
            self._show(judgement, quiet=options["quiet"])
            roster = self._bring_in(found, by, file, data, options["digest"]) if yes else None
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if roster is None:
            self.stdout.write("Nothing was written. Add --yes to bring them in.")
        elif options["reasons"]:
            options["reasons"].write_bytes(reporting.reasons_csv(roster))
            self.stdout.write(f"Rows and reasons: {options['reasons']}")

    def _member(self, handle: str) -> Member | None:
        if not handle:
            return None
        member = Member.objects.active().filter(handle=handle).first()
        if member is None:
            raise CommandError(f"Nobody active has the handle {handle!r}.")
        return member

    def _show(self, judgement: judging.Judgement, *, quiet: bool) -> None:
        for row in () if quiet else judgement.rows:
            if row.notes or row.verdict == "reject":
                reasons = " ".join(rules.sentences(row.notes))
                self.stdout.write(f"{row.line:>6}  {row.verdict:<9}  {reasons}")
        counts = judgement.counts()
        self.stdout.write(", ".join(f"{name} {number}" for name, number in counts.items()))
        by_note = Counter(code for row in judgement.rows for code, _figures in row.notes)
        for code, number in sorted(by_note.items()):
            self.stdout.write(f"  {number:>5}  {code}")

    def _bring_in(
        self, space: Space, by: Member | None, file: Path, data: bytes, digest: str
    ) -> RosterImport:
        roster = runs.upload(space=space, by=by, name=file.name, data=data)
        if digest and not roster.digest.startswith(digest):
            runs.discard(roster=roster, by=by)
            raise DomainError(
                f"The preview is another one than {digest} now: the file or the people of the "
                "space have changed. Nothing was written. Look at it again without --yes."
            )
        runs.confirm(roster=roster, by=by, digest=roster.digest)
        while importing.import_list(roster):
            pass
        roster.refresh_from_db()
        if roster.state != RosterImport.State.DONE:
            raise DomainError(roster.failure or "The list is being brought in by a worker already.")
        self.stdout.write(self.style.SUCCESS(f"Done: {roster.rows_done} people. {roster.digest}"))
        return roster
