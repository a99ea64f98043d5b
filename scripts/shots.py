"""Take pictures of every page of the demo into var/shots/, and look for what is wrong with them.

    make shots                              every page, 390 and 1280, both languages, both themes
    make shots ARGS="--looks 2"             two looks a page: a phone in Chinese, a desk in English
    make shots ARGS="people space_detail"   only these routes
    make shots ARGS="wizard"                only the writing of an introduction, step by step
    make shots ARGS="morning"               only a camp's morning, from the draft to the desk
    make shots ARGS="--data var/demo-shots" keep the demo's data there, for a quicker next time

A demo is served from a folder of its own. Its pages are found by following links, as each of the
demo's people: a page is shown as the first of them who comes to it. The wizard of the introduction is
walked through from its first step to the page that others read. On every look axe is run; what it
finds, what scrolls sideways and what the console says is printed, and makes this end with 1.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts import shots_walk
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
    findings = Findings()
    with folder(chosen.data) as data, served(data) as base:
        people = sessions(data)
        shots = _found(base, people)
        if chosen.routes:
            shots = [shot for shot in shots if shot.name in chosen.routes]
        walks = not chosen.routes or shots_walk.NAME in chosen.routes
        print(f"{len(shots)} pages{' and the wizard' if walks else ''}", flush=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for look in TWO_LOOKS if chosen.looks == 2 else LOOKS:
                _take(browser, base, people, shots, look, findings)
                if walks:
                    _walk(browser, base, look, findings)
            browser.close()
    if walks:
        shots += [Shot(name, "/me/intro/", "a newcomer") for name in shots_walk.PICTURES]
    _write_index(shots)
    print(f"{len(findings.lines)} problems; the pictures are in {OUT.relative_to(ROOT)}/index.html")
    return 1 if findings.lines else 0


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
        for _ in range(600):
            if server.poll() is not None:
                raise SystemExit(f"The demo did not start; see {log.name}.")
            try:
                if requests.get(f"{base}/healthz/", timeout=10).ok:
                    break
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.1)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def sessions(data: Path) -> dict[str, dict[str, str]]:
    """Session cookies of the demo's people by role, made in the database the demo is served from."""
    os.environ |= {"SHALIJIN_MODE": "demo", "SHALIJIN_DATA": str(data)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    import django

    django.setup()

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
    """Every route that links lead to, once, as the first of ``ROLES`` who reaches it."""
    from django.urls import Resolver404, resolve

    found: dict[str, Shot] = {}
    for role in ROLES:
        queue, seen = list(STARTS), set(STARTS)
        visits: dict[str, int] = {}
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
            answer = requests.get(base + path, cookies=people[role], timeout=60)
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
    return sorted(found.values(), key=lambda shot: shot.name)


def _take(
    browser: Browser, base: str, people: dict, shots: list[Shot], look: tuple, findings: Findings
) -> None:
    from community.models import Member

    width, language, theme = look
    locale = "en" if language == "en" else "zh-hans"
    said = f"{width}-{language}-{theme}"
    for role in ROLES:
        mine = [shot for shot in shots if shot.role == role]
        if not mine:
            continue
        if role != "guest":
            Member.objects.filter(email=people[role]["role"]).update(locale=locale, theme=theme)
        cookies = {name: value for name, value in people[role].items() if name != "role"}
        context = _context(browser, base, look, cookies)
        for shot in mine:
            page = context.new_page()
            findings.add(shot, said, _look(page, base, shot, OUT / f"{shot.name}-{said}.png"))
            page.close()
        context.close()


def _walk(browser: Browser, base: str, look: tuple, findings: Findings) -> None:
    """Pictures of the wizard, in the one look."""
    width, language, theme = look
    member = shots_walk.newcomer("en" if language == "en" else "zh-hans", theme)
    said = f"{width}-{language}-{theme}"
    context = _context(browser, base, look, session_of(member))
    page = context.new_page()
    problems = _complaints(page)

    def take(name: str) -> None:
        page.screenshot(path=OUT / f"{name}-{said}.png", full_page=True)
        findings.add(Shot(name, page.url, "a newcomer"), said, problems + _seen(page))
        problems.clear()

    shots_walk.walk(page, base, language, take)
    context.close()


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


def _look(page: Page, base: str, shot: Shot, target: Path) -> list[str]:
    problems = _complaints(page)
    answer = page.goto(base + shot.path)
    if answer is None or answer.status >= 500:
        return [f"answered {answer.status if answer else 'nothing'}"]
    page.screenshot(path=target, full_page=True)
    return [p for p in problems if f"status of {answer.status}" not in p] + _seen(page)


def _complaints(page: Page) -> list[str]:
    """What the browser complains of, from now on."""
    problems: list[str] = []
    page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    return problems


def _seen(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    problems = [f"sticks out: {element}" for element in sticking_out(page)]
    return problems + [f"axe: {violation}" for violation in axe_problems(page)]


def _write_index(shots: list[Shot]) -> None:
    """One page that holds all pictures, so that they can be looked at one after the other."""
    rows = []
    for shot in shots:
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
