"""People at the pages: each asks, looks for a moment, and asks for the next one."""

import http.client
import itertools
import random
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from bench import world
from community.models import (
    Member,
    Membership,
    NotificationSettings,
    Room,
    RoomMembership,
    Space,
)
from community.services import inbox
from community.services.personal_digest import planning

LOOKS_FOR = (0.05, 0.1)  # seconds, the least and the most
PATIENCE_SECONDS = 60
OLD_ITEMS = 30  # more than a page of the inbox shows


@dataclass(frozen=True)
class Page:
    """What is asked for. With ``sends`` it is a form, which is filled in by turns."""

    path: str
    sends: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return "form" if self.sends else "pages"


PAGES = (
    Page("/today/"),
    Page("/me/inbox/"),
    Page(f"/c/{world.SPACE}/people/"),
    Page("/theme/", ("theme=dark", "theme=light")),  # writes one row of the member
    Page(f"/people/bench-{world.READ}/"),
)


@dataclass(frozen=True)
class Visit:
    """One page as its reader had it: when she asked, and how long it took to the last byte."""

    kind: str
    at: float
    ms: float


class Reader(threading.Thread):
    """A member who goes through the pages again and again, over one connection, until she is told
    to stop."""

    def __init__(self, member: Member) -> None:
        super().__init__(daemon=True)
        self.headers = _signed_in(member)
        self.looks = random.Random(member.pk)
        self.visits: list[Visit] = []
        self.wrong = ""
        self.over = threading.Event()

    def run(self) -> None:
        try:
            line = http.client.HTTPConnection("localhost", settings.PORT, timeout=PATIENCE_SECONDS)
            for turn in itertools.count():
                for page in PAGES:
                    self.visits.append(self._visit(line, page, turn))
                    if self.over.wait(self.looks.uniform(*LOOKS_FOR)):
                        return
        except Exception as error:  # said by whoever stops her
            self.wrong = f"{type(error).__name__}: {error}"

    def _visit(self, line: http.client.HTTPConnection, page: Page, turn: int) -> Visit:
        body = page.sends[turn % len(page.sends)] if page.sends else None
        at = time.monotonic()
        line.request("POST" if page.sends else "GET", page.path, body, self.headers)
        answer = line.getresponse()
        answer.read()
        took = time.monotonic() - at
        if answer.status not in (200, 204):
            raise RuntimeError(f"{page.path} answers {answer.status}.")
        return Visit(page.kind, at, took * 1000)

    def stop(self) -> list[Visit]:
        """All of her visits. Raises RuntimeError if a page failed."""
        self.over.set()
        self.join()
        if self.wrong:
            raise RuntimeError(self.wrong)
        return self.visits


def readers_in(room: Room) -> list[Reader]:
    """Two members of ``bench.world`` who are in ``room`` as well and have something in their inbox.
    What the first look does for everybody who is new is done."""
    world.build()
    space = Space.objects.get(slug=world.SPACE)
    members = Member.objects.filter(handle__in=["bench-0", "bench-1"])
    for member in members:
        Membership.objects.get_or_create(space=space, member=member)
        Membership.objects.create(space=room.space, member=member)
        RoomMembership.objects.create(room=room, member=member, role="learner")
    for number in range(OLD_ITEMS):
        inbox.notify(
            "bench", subject=str(number), members=members, template="community/note",
            context={"text": "早上好"},
        )  # fmt: skip
    while NotificationSettings.objects.count() < Member.objects.count():
        planning.plan()
    return [Reader(member) for member in members]


def _signed_in(member: Member) -> dict[str, str]:
    """The headers of a browser in which ``member`` has signed in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[-1])
    request = RequestFactory().get("/")
    token = get_token(request)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.CSRF_COOKIE_NAME: request.META["CSRF_COOKIE"],
    }
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": token,
        "X-Requested-With": "fetch",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept-Encoding": "gzip",
    }
