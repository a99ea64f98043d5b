"""Somebody who keeps queueing mails: one line of JSON in, one out.

    python -m tests.chaos.caller
    {"label": "b1", "word": "a", "members": 20}   →   {"seconds": 0.01}
"""

import json
import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402

from community.models import Member  # noqa: E402
from community.services import mail  # noqa: E402
from tests.chaos.oracle import name_of  # noqa: E402


def queue(*, label: str, word: str, members: int) -> None:
    """Queue a mail for each member, and ring, as a page does."""
    with transaction.atomic():
        mail.queue_many(
            mail.Letter(
                "community/sign_in_code",
                key=f"{label}:{word}:{member.handle}",
                to=member,
                sealed={"code": f"{label}-{word}"},
                context={"minutes": 10},
            )
            for member in Member.objects.filter(handle__startswith="chaos").order_by("pk")[:members]
        )


def make_members(number: int) -> None:
    """The members of a run, if they are not there yet."""
    Member.objects.bulk_create(
        (
            Member(handle=name, email=f"{name}@example.org", locale="en")
            for name in map(name_of, range(number))
        ),
        ignore_conflicts=True,
    )


def main() -> None:
    for line in sys.stdin:
        told, began = json.loads(line), time.monotonic()
        if "make" in told:
            make_members(told["make"])
        else:
            queue(**told)
        sys.stdout.write(json.dumps({"seconds": round(time.monotonic() - began, 3)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
