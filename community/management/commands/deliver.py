"""Deliver by hand: without a broker, or while something must be kept back."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.models import Look
from community.services import delivery, runs, switches
from community.services.look import look


class Command(BaseCommand):
    help = (
        "Send everything that is due, with no broker and no worker. "
        "Or keep messages back: --hold after a restore, --stop for everything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--once", action="store_true", help="send what is due now, then end")
        what.add_argument(
            "--hold", metavar="WHY", help="keep back what is queued; sign-in codes still leave"
        )
        what.add_argument("--stop", metavar="WHY", help="let nothing out at all")
        what.add_argument("--release", action="store_true", help="end hold and stop")

    def handle(self, **options) -> None:
        for name in ("hold", "stop"):
            if options[name]:
                switches.turn_on(name, reason=options[name])
                self.stdout.write(
                    f"Delivery: {name} is on. End it with: manage.py deliver --release"
                )
                return
        if options["release"]:
            ended = [name for name in ("hold", "stop") if switches.turn_off(name)]
            self.stdout.write(f"Delivery goes on; ended: {', '.join(ended) or 'nothing was on'}.")
            return
        self._once()

    def _once(self) -> None:
        look(way=Look.Way.HAND)
        handed_out, _more = runs.work(seconds=float("inf"))
        outcome = delivery.drain()
        self.stdout.write(
            f"{handed_out} handed out, {outcome.taken} taken, {outcome.sent} sent, {outcome.suppressed} not to be sent, "
            f"{outcome.failed} failed."
        )
        for name, switch in switches.all_on().items():
            self.stdout.write(f"Some wait: {name} is on since {switch.since:%Y-%m-%d %H:%M} UTC.")
        if outcome.down:
            raise CommandError(outcome.down)
