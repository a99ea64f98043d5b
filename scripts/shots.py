"""Take pictures of every page of the demo into var/shots/, and look for what is wrong with them.

    make shots                              every page, 390 and 1280, both languages, both themes
    make shots ARGS="--looks 2"             two looks a page: a phone in Chinese, a desk in English
    make shots ARGS="people space_detail"   only these routes
    make shots ARGS="wizard"                only the writing of an introduction, step by step
    make shots ARGS="morning"               only a camp's morning, from the draft to the desk
    make shots ARGS="--data var/demo-shots" keep the demo's data there, for a quicker next time

A demo is served from a folder of its own. Its pages are found by following links, as each of the
demo's people: a page is shown as the first of them who comes to it. The wizard of the introduction is
walked through from its first step to the page that others read, and so is the morning of a camp.
Two looks are taken at once. On every look axe is run; what it
finds, what scrolls sideways and what the console says is printed, and makes this end with 1.
"""

import argparse
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts import shots_morning, shots_walk
from scripts.services import ServiceMissing, find_chromium
from tests.browser.looks import axe_problems, sticking_out

OUT = ROOT / "var" / "shots"
ROLES = ("guest", "member", "learner", "assistant", "lead", "owner", "coordinator", "operator")
# Where nothing leads to, and where following links begins.
STARTS = ("/", "/today/", "/me/", "/help/", "/help/style/", "/offline/", "/no/such/page/", "/i/")
SKIPPED = re.compile(r"/(logout|admin|media|static|account/\w+/login|html)/|\.(svg|csv|xlsx|txt)$")
MOST_PAGES = 250
LOOKS = [
    (width, language, theme)
    for width in (390, 1280)
    for language in ("zh", "en")
    for theme in ("light", "dark")
]
TWO_LOOKS = [(390, "zh", "light"), (1280, "en", "dark")]
WALKS = {walk.NAME: walk for walk in (shots_walk, shots_morning)}
# A link or a form whose address a template has left empty.
LEADS_NOWHERE = """() => [...document.querySelectorAll('a[href=""]:not([data-again]), form[action=""]')]
  .map(e => `${e.tagName.toLowerCase()} ${e.textContent.trim().slice(0, 40)}`)"""
AT_ONCE = 2  # looks
START_SECONDS = 300  # of the demo, at worst: it is filled first
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


@dataclass
class Shot:
    """A page to look at: its route's name, a true address of it, and who comes there."""

    name: str
    path: str
    role: str


@dataclass
class Findings:
    """What was wrong, a line each."""

    lines: list[str] = field(default_factory=list)

    def add(self, shot: Shot, look: str, problems: list[str]) -> None:
        for problem in problems:
            self.lines.append(f"{shot.name} {look}: {problem}")
            print(f"  ! {shot.name} {look}: {problem}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("routes", nargs="*", help="names of routes; all when there are none")
    parser.add_argument("--looks", type=int, choices=(2, 8), default=8)
    parser.add_argument("--data", type=Path, help="keep the demo's data in this folder")
    chosen = parser.parse_args()
    try:
        chromium = find_chromium()
    except ServiceMissing as missing:
        print(f"No Chromium on this machine: {missing}", file=sys.stderr)
        return 1

    OUT.mkdir(parents=True, exist_ok=True)
    with folder(chosen.data) as data, served(data) as base:
        people = sessions(data, base)
        only = [name for name in WALKS if name in chosen.routes]
        walks = list(WALKS) if not chosen.routes else only
        shots = [] if only == chosen.routes != [] else _found(base, people)
        if chosen.routes:
            shots = [shot for shot in shots if shot.name in chosen.routes]
        print(f"{len(shots)} pages{''.join(f', the {name}' for name in walks)}", flush=True)
        looks = TWO_LOOKS if chosen.looks == 2 else LOOKS
        lines = _take_all(Round(base, data, chromium, people, shots, walks), looks)
    write_index(shots, walks)
    print(f"{len(lines)} problems; the pictures are in {OUT.relative_to(ROOT)}/index.html")
    return 1 if lines else 0


@contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="shalijin-shots-") as made:
        yield Path(made)


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The demo, served from ``data`` on a free port. Ends only the process it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SHALIJIN_MODE": "demo", "SHALIJIN_DATA": str(data), "PORT": str(port), "BIND": "127.0.0.1",
    }  # fmt: skip
    log = (data / "shots.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--with-parent"],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    base = f"http://localhost:{port}"
    try:
        _wait_for(base, server, log.name)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait_for(base: str, server: subprocess.Popen, log: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            if requests.get(f"{base}/healthz/", timeout=10).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    raise SystemExit(f"The demo did not start; see {log}.")


def in_the_demo(data: Path, base: str) -> None:
    """Make this process one of the demo's: with its database, its keys and its address."""
    os.environ |= {
        "SHALIJIN_MODE": "demo", "SHALIJIN_DATA": str(data), "PORT": base.rsplit(":", 1)[1],
        "DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }  # fmt: skip
    import django

    django.setup()


def sessions(data: Path, base: str) -> dict[str, dict[str, str]]:
    """Session cookies of the demo's people by role, made in the database the demo is served from."""
    in_the_demo(data, base)

    from community.demo.people import ACCOUNTS
    from community.models import Member

    cookies: dict[str, dict[str, str]] = {"guest": {}}
    by_role = {account.name: account.email for account in ACCOUNTS}
    for role in ROLES[1:]:
        member = Member.objects.get(email=by_role[role])
        cookies[role] = session_of(member) | {"role": by_role[role]}
    return cookies


def session_of(member) -> dict[str, str]:
    """The cookie of somebody who has signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[-1])
    name = settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value}


def _found(base: str, people: dict[str, dict[str, str]]) -> list[Shot]:
    """Every route that links lead to, once, as the first of ``ROLES`` who reaches it. All of them
    follow links at once."""
    found: dict[str, Shot] = {}
    with ThreadPoolExecutor(len(ROLES)) as pool:
        for shots in pool.map(lambda role: _followed(base, role, people[role]), ROLES):
            for shot in shots:
                found.setdefault(shot.name, shot)
    return sorted(found.values(), key=lambda shot: shot.name)


def _followed(base: str, role: str, cookies: dict[str, str]) -> list[Shot]:
    """The pages that ``role`` comes to, each route once."""
    from django.urls import Resolver404, resolve

    found: dict[str, Shot] = {}
    queue, seen = list(STARTS), set(STARTS)
    visits: dict[str, int] = {}
    browser = requests.Session()
    while queue and len(found) < MOST_PAGES:
        path = queue.pop(0)
        try:
            name = resolve(path.split("?")[0]).url_name or path
        except Resolver404:
            name = "not_found"
        # The same page leads an owner further than a member, so each looks at each kind twice.
        visits[name] = visits.get(name, 0) + 1
        if visits[name] > 2:
            continue
        answer = browser.get(base + path, cookies=cookies, timeout=60)
        landed = urlsplit(answer.url).path
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        if landed == path.split("?")[0] and name not in found and answer.status_code != 403:
            found[name] = Shot(name, path, role)
        for link in re.findall(r'href="(/[^"#]*)', answer.text):
            where = urlsplit(urljoin(base, link.replace("&amp;", "&")))
            if where.path not in seen and not SKIPPED.search(where.path):
                seen.add(where.path)
                queue.append(where.path)
    return list(found.values())


# A look is taken by one process, so that two run at once; a person of the demo reads one language
# at a time, so each is taken by one of them at a time.


@dataclass
class Round:
    """What every look needs."""

    base: str
    data: Path
    chromium: str
    people: dict[str, dict[str, str]]
    shots: list[Shot]
    walks: list[str]


_taken: dict[str, Any] = {}


def _take_all(round_: Round, looks: list[tuple]) -> list[str]:
    """Every look of ``looks``; what was found wrong."""
    spawn = multiprocessing.get_context("spawn")
    locks = {role: spawn.Lock() for role in ROLES}
    with ProcessPoolExecutor(
        AT_ONCE, mp_context=spawn, initializer=_begin, initargs=(round_, locks)
    ) as pool:
        numbered = [(look, number % AT_ONCE) for number, look in enumerate(looks)]
        return [line for lines in pool.map(_take, *zip(*numbered, strict=True)) for line in lines]


def _begin(round_: Round, locks: dict[str, Any]) -> None:
    in_the_demo(round_.data, round_.base)
    _taken.update(round=round_, locks=locks)


def _take(look: tuple, turn: int) -> list[str]:
    """All pages and walks in one look. Each process begins with another half, so that they wait for
    each other's people as little as can be."""
    round_: Round = _taken["round"]
    findings = Findings()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=round_.chromium, args=ARGUMENTS)
        if turn:
            _walk_all(browser, round_, look, findings)
        for role in (*ROLES[turn * 4 :], *ROLES[: turn * 4]):
            mine = [shot for shot in round_.shots if shot.role == role]
            if mine:
                with _taken["locks"][role] if role != "guest" else nullcontext():
                    _take_as(browser, round_, role, mine, look, findings)
        if not turn:
            _walk_all(browser, round_, look, findings)
        browser.close()
    return findings.lines


def _take_as(
    browser: Browser, round_: Round, role: str, shots: list[Shot], look: tuple, findings: Findings
) -> None:
    from community.models import Member

    _width, language, theme = look
    cookies = dict(round_.people[role])
    if email := cookies.pop("role", ""):
        locale = "en" if language == "en" else "zh-hans"
        Member.objects.filter(email=email).update(locale=locale, theme=theme)
    context = _context(browser, round_.base, look, cookies)
    # One page for all of them: each new one starts a process, which costs as much as the picture.
    page = context.new_page()
    heard = _complaints(page)
    for shot in shots:
        problems = _look(page, round_.base, shot, OUT / f"{shot.name}-{said(look)}.png", heard)
        findings.add(shot, said(look), problems)
        heard.clear()
    context.close()


def _walk_all(browser: Browser, round_: Round, look: tuple, findings: Findings) -> None:
    """Pictures of the walks. Each has people of its own."""
    for name in round_.walks:
        walking = Walking(browser, round_.base, look, findings)
        WALKS[name].take(walking)
        walking.close()


class Walking:
    """One walk in one look: opens pages, and takes pictures of them by name."""

    def __init__(self, browser: Browser, base: str, look: tuple, findings: Findings) -> None:
        self.browser, self.base, self.look, self.findings = browser, base, look, findings
        _width, self.language, self.theme = look
        self._problems: dict[Page, list[str]] = {}

    def page_of(self, member) -> Page:
        """A page of a browser in which ``member`` is signed in."""
        context = _context(self.browser, self.base, self.look, session_of(member))
        page = context.new_page()
        self._problems[page] = _complaints(page)
        return page

    def take(self, page: Page, name: str) -> None:
        page.screenshot(path=OUT / f"{name}-{said(self.look)}.png", full_page=True)
        problems = self._problems[page]
        self.findings.add(Shot(name, page.url, ""), said(self.look), problems + _seen(page))
        problems.clear()

    def close(self) -> None:
        for page in self._problems:
            page.context.close()


def said(look: tuple) -> str:
    return "-".join(str(part) for part in look)


def _context(browser: Browser, base: str, look: tuple, session: dict[str, str]) -> BrowserContext:
    width, language, theme = look
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 720 else 800},
        has_touch=width < 720, service_workers="block", reduced_motion="reduce",
        locale="en-GB" if language == "en" else "zh-CN",
    )  # fmt: skip
    locale = "en" if language == "en" else "zh-hans"
    cookies = session | {"django_language": locale, "theme": theme}
    context.add_cookies([{"name": n, "value": v, "url": base} for n, v in cookies.items()])
    return context


def _look(page: Page, base: str, shot: Shot, target: Path, heard: list[str]) -> list[str]:
    answer = page.goto(base + shot.path)
    if answer is None or answer.status >= 500:
        return [f"answered {answer.status if answer else 'nothing'}"]
    page.screenshot(path=target, full_page=True)
    seen = _seen(page)
    return [p for p in heard if f"status of {answer.status}" not in p] + seen


def _complaints(page: Page) -> list[str]:
    """What the browser complains of, from now on."""
    problems: list[str] = []
    page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    return problems


def _seen(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    problems = [f"sticks out: {element}" for element in sticking_out(page)]
    problems += [f"leads nowhere: {element}" for element in page.evaluate(LEADS_NOWHERE)]
    return problems + [f"axe: {violation}" for violation in axe_problems(page)]


def write_index(shots: list[Shot], walks: list[str]) -> None:
    """One page that holds all pictures, so that they can be looked at one after the other."""
    rows = []
    walked = [Shot(one, "", f"the {name}") for name in walks for one in WALKS[name].PICTURES]
    for shot in [*shots, *walked]:
        pictures = sorted(OUT.glob(f"{shot.name}-[0-9]*.png"))
        images = "".join(
            f'<a href="{p.name}"><img src="{p.name}" height="480"></a>' for p in pictures
        )
        rows.append(
            f"<h2>{escape(shot.name)} <small>{escape(shot.path)}, {shot.role}</small></h2>{images}"
        )
    (OUT / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><title>Shots</title>" + "\n".join(rows),
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
