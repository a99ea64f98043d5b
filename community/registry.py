"""What community needs from the apps above it, they register here in ``AppConfig.ready()``.

A registry keeps entries by name, in the order of their ``order`` and then of their names, so that
the result does not depend on which app is loaded first.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

E = TypeVar("E")


class Registry(Generic[E]):
    """Named entries of one kind. A name registered twice is a mistake and raises ValueError."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, E] = {}

    def register(self, name: str, entry: E) -> E:
        """Add ``entry`` under ``name`` and return it."""
        if name in self._entries:
            raise ValueError(f"{self.what} {name!r} is registered twice; give one another name.")
        self._entries[name] = entry
        return entry

    def unregister(self, name: str) -> None:
        """Take an entry out again; for tests."""
        del self._entries[name]

    def __getitem__(self, name: str) -> E:
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[E]:
        return iter(entry for _, entry in self.items())

    def items(self) -> list[tuple[str, E]]:
        """(name, entry), by ``order`` and then by name."""
        return sorted(
            self._entries.items(),
            key=lambda item: (getattr(item[1], "order", 100), item[0]),
        )


@dataclass(frozen=True)
class NavItem:
    """A place in the navigation.

    ``slot`` 1–5 is a place in the bottom bar of the phone, which never moves; 0 is a tool: it
    stands in the sidebar, and with its ``text`` on the page "Work". ``shown_to(member)`` gets the
    signed-in member and reads her standing: no query of its own. ``waiting(member)`` says how many
    things wait for her there, by one query; the page "Work" shows it.
    """

    label: Any
    icon: str
    url: Callable[[Any], str]
    shown_to: Callable[[Any], bool]
    slot: int = 0
    order: int = 100
    text: Any = ""
    waiting: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class LandingDoor:
    """A way in from the landing page; it appears when its app registers it."""

    title: Any
    text: Any
    url: Callable[[], str]
    order: int = 100


@dataclass(frozen=True)
class TodaySection:
    """A block of ``/today/``. ``rows(viewer)`` gives at most ``limit`` rows by one query or two,
    and asks nothing when her standing already says that there is none for her."""

    title: Any
    template: str
    rows: Callable[[Any], list[Any]]
    order: int = 100
    limit: int = 5


@dataclass(frozen=True)
class SpaceSection:
    """A block of a space's home. ``rows(viewer, space)`` gives at most ``limit`` rows and is one
    query, whatever their number."""

    title: Any
    template: str
    rows: Callable[[Any, Any], list[Any]]
    order: int = 100
    limit: int = 5


@dataclass(frozen=True)
class MailKind:
    """A kind of message that a member can turn on or off by itself. ``label`` names it
    ("Announcements of your rooms"). Its name is at most 20 characters long and never changes: it
    stands in links. ``by_mail`` and ``in_app`` are what counts for a member who has never chosen:
    quiet, so that a new kind does not fill anybody's mailbox.
    """

    label: Any
    order: int = 100
    by_mail: bool = False
    in_app: bool = True


@dataclass(frozen=True)
class Due:
    """One thing whose time has come and that has no run yet.

    ``local_date`` is the date by the clock of the ``room`` (its key), whose people it is for, and
    ``due_at`` the moment in UTC. ``template``, ``context`` (plain JSON) and ``path`` are what all of
    them are shown: ``<app>/inbox/<name>.txt`` under the bell, ``<app>/email/<name>.*`` by mail.
    ``reason`` is a ``Run.Reason`` for which it waits for a person whatever the time. ``late_after``
    is how late it may leave by itself; after that it waits, or with ``skip_when_late`` is not sent.
    """

    what: str
    subject: str
    local_date: dt.date
    due_at: dt.datetime
    room: int
    timezone: str
    kind: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    reason: str = ""
    late_after: dt.timedelta = dt.timedelta(hours=3)
    skip_when_late: bool = False


@dataclass(frozen=True)
class DueSource:
    """Something that goes out by the clock. ``rows(now)`` gives what is due and has no run, in a
    number of queries that does not grow; it is asked at every look and may be asked twice at once.
    ``again(run)`` gives the context of a run that a person sends late, as it reads now.
    ``still(due)`` locks what is due, in the transaction that makes its run, and gives it as it is at
    that moment, or None if it is not due any more: somebody may have cancelled or changed it since
    the look began, and who does so after that finds the run.
    ``stopped(run, by)`` is called in the transaction in which ``by`` ends a sending that had begun.
    """

    rows: Callable[[dt.datetime], Iterable[Due]]
    again: Callable[[Any], dict[str, Any]] | None = None
    still: Callable[[Due], Due | None] | None = None
    stopped: Callable[[Any, Any], None] | None = None
    order: int = 100


@dataclass(frozen=True)
class Personal:
    """What of a mail is one reader's alone: finished pieces for the places ``{{ personal_text }}``
    and ``{{ personal_html }}`` of its templates. ``html`` is escaped already."""

    text: str
    html: str


@dataclass(frozen=True)
class PersonalLetter:
    """A mail whose frame is the same for everybody of a run and whose middle is each reader's own;
    registered under the name of its template.

    ``compose(rows, now)`` gives, by the key of the outbox row, what its reader is told, or None when
    there is nothing new: then nothing is sent. It is asked when the messages are taken to be sent,
    so that nobody is told what she may not see any more, and costs a number of queries that does not
    grow with ``rows``. ``settled(rows)`` is called in the transaction that writes that these were
    sent or had nothing new.
    """

    compose: Callable[[Any, dt.datetime], dict[int, Personal | None]]
    settled: Callable[[Any], None] | None = None
    order: int = 100


@dataclass(frozen=True, eq=False)
class DigestRow:
    """One thing that is new for a reader: what it is, where it is read, and since ``at``. It is told
    in the one digest whose time ``at`` lies in, and in no other.

    ``title`` and ``note`` may be lazy: they are read in the reader's language. What several readers
    are told is best one object, which is then written once for all of them.
    """

    title: Any
    path: str
    at: dt.datetime
    note: Any = ""


@dataclass(frozen=True)
class DigestSection:
    """A part of a member's own digest.

    ``rows(readers, since, until)`` gives, by the key of the member, what became new for her after
    ``since`` and not after ``until``, and nothing that she may not see at this moment: her rights
    are part of the question. ``readers`` are up to 1,000 (``services.personal_digest.Readers``); it
    costs a number of queries that does not grow with them. At most ``limit`` rows are shown.
    ``covers`` names the runs (``Run.what``) that it tells in more words than their line in the inbox.
    """

    title: Any
    rows: Callable[[Any, dt.datetime, dt.datetime], dict[int, list[DigestRow]]]
    order: int = 100
    limit: int = 5
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProfileBadge:
    """What an app says of somebody under her name on her page, in a few words.

    ``shown_to(level)`` is asked first, with how near the reader stands (``Audience``'s level, 0 for
    a stranger): whoever it says no to costs nothing. ``rows(member, viewer, level)`` gives at most
    ``limit`` badges and is one query, whatever their number. It decides by ``level``: her own page
    as others see it is read with their level and herself as the viewer.
    """

    rows: Callable[[Any, Any, int], list["Badge"]]
    shown_to: Callable[[int], bool]
    order: int = 100
    limit: int = 3


@dataclass(frozen=True)
class Badge:
    """One of them: "Now in the camp Letters". ``href`` leads to what it names, if the reader may go
    there."""

    label: Any
    href: str = ""


@dataclass(frozen=True)
class LookPart:
    """What an app does at every look, each half minute. ``run()`` decides by the rows what is due,
    is safe to miss and to repeat, and returns how many things it did."""

    run: Callable[[], int]
    order: int = 100


@dataclass(frozen=True)
class RobotReport:
    """What a staff group's robot tells once a day. ``rows(due, now)`` gets (robot, its local date)
    of those whose hour has come and gives, by the robot's key, the context of
    ``templates/<app>/robot/<name>.txt``: numbers, ``path`` and ``day`` only. A robot that is left
    out tells nothing. Its queries do not grow with ``due``. ``kind`` is a ``Robot.Kind``."""

    kind: str
    template: str
    rows: Callable[[Any, dt.datetime], dict[int, dict[str, Any]]]
    order: int = 100


@dataclass(frozen=True)
class Preparation:
    """A command that ``manage.py up`` and ``make run`` call after the migrations, whenever the code
    or the database has changed. Safe to repeat."""

    command: str
    order: int = 100


@dataclass(frozen=True)
class HealthCheck:
    """One line of ``manage.py doctor``. ``run()`` gives a ``Finding``."""

    run: Callable[[], "Finding"]
    order: int = 100


@dataclass(frozen=True)
class Finding:
    """What a health check found. ``state`` is ok, warn or fail; ``text`` says it, ``todo`` helps."""

    state: str
    text: Any
    todo: Any = ""


@dataclass(frozen=True)
class DemoPart:
    """A piece of the demo community. ``build(context)`` is idempotent and returns nothing."""

    build: Callable[[Any], None]
    order: int = 100


@dataclass(frozen=True)
class MatrixSample:
    """How the permission matrix reaches a parametrised route: ``kwargs(world)`` for its URL."""

    kwargs: Callable[[Any], dict[str, Any]]
    data: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    order: int = 100


navigation: Registry[NavItem] = Registry("Navigation item")
landing_doors: Registry[LandingDoor] = Registry("Landing door")
today_sections: Registry[TodaySection] = Registry("Today section")
space_sections: Registry[SpaceSection] = Registry("Space section")
mail_kinds: Registry[MailKind] = Registry("Kind of mail")
personal_letters: Registry[PersonalLetter] = Registry("Personal letter")
# By the ``what`` of a run: ``contexts(rows)`` gives, by the key of the outbox row, what its reader is
# shown in place of the run's context; almost nobody, and in a number of queries that does not grow for
# those who are shown what all are. Asked when the messages are taken to be sent.
reader_contexts: Registry[Callable[[Any], dict[int, dict[str, Any]]]] = Registry("Reader's context")
due_sources: Registry[DueSource] = Registry("Due source")
look_parts: Registry[LookPart] = Registry("Look part")
digest_sections: Registry[DigestSection] = Registry("Digest section")
profile_badges: Registry[ProfileBadge] = Registry("Profile badge")
announcement_inserts: Registry[Any] = Registry("Announcement insert")
export_parts: Registry[Any] = Registry("Export part")
erasure_parts: Registry[Any] = Registry("Erasure part")
search_sources: Registry[Any] = Registry("Search source")
robot_reports: Registry[RobotReport] = Registry("Robot report")
preparations: Registry[Preparation] = Registry("Preparation")
health_checks: Registry[HealthCheck] = Registry("Health check")
demo_parts: Registry[DemoPart] = Registry("Demo part")
matrix_samples: Registry[MatrixSample] = Registry("Matrix sample")
