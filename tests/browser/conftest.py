"""Chromium, and what every test in it holds a page to.

Anything the console complains of fails the test, and so a violation of the content security policy
does; and nothing is fetched from anywhere but this machine.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from community import assets
from scripts.services import ServiceMissing, find_chromium
from tests.matrix import world as matrix_world

HERE = Path(__file__).parent
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HEIGHTS = {320: 640, 390: 844, 1280: 800}
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    try:
        path = find_chromium()
    except ServiceMissing as missing:
        pytest.skip(f"no Chromium: {missing}")
    # The driver runs an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built() -> None:
    assets.ensure_built()


@dataclass
class Opened:
    """A page, and what went wrong in it so far. ``expect`` takes a complaint off the list."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def goto(self, path: str) -> int:
        """Open ``path`` and return its status."""
        response = self.page.goto(self.base + path)
        assert response is not None
        return response.status

    def expect(self, part: str) -> None:
        """A complaint that holds ``part`` is what this test is about."""
        self.problems[:] = [problem for problem in self.problems if part not in problem]


Open = Callable[..., Opened]


@pytest.fixture
def open_page(chromium: Browser, built: None, live_server) -> Iterator[Open]:
    """``open_page("/path/", width=390, language="zh", theme="light", member=None, js=True)``."""
    opened: list[tuple[BrowserContext, Opened]] = []

    def open_one(
        path: str = "",
        *,
        width: int = 1280,
        language: str = "en",
        theme: str = "light",
        member=None,
        js: bool = True,
        text: int = 100,
        worker: bool = False,
    ) -> Opened:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            java_script_enabled=js,
            has_touch=width < 720,
            service_workers="allow" if worker else "block",
            locale="en-GB" if language == "en" else "zh-CN",
            reduced_motion="reduce",
        )
        context.set_default_timeout(8_000)
        _set_cookies(context, live_server.url, language, theme, member)
        page = context.new_page()
        result = Opened(page, live_server.url)
        context.route("**/*", lambda route: _stay_here(route, result))
        page.on("console", lambda message: _note(result, message.type, message.text))
        page.on("pageerror", lambda error: result.problems.append(f"error: {error}"))
        opened.append((context, result))
        if path:
            assert result.goto(path) < 500
        if text != 100:
            page.evaluate("size => { document.documentElement.style.fontSize = size }", f"{text}%")
        return result

    yield open_one
    for context, result in opened:
        context.close()
        assert result.problems == []


def _set_cookies(context: BrowserContext, url: str, language: str, theme: str, member) -> None:
    cookies = {settings.LANGUAGE_COOKIE_NAME: LANGUAGES[language], "theme": theme}
    if member is not None:
        client = Client()
        client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[-1])
        cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        type(member).objects.filter(pk=member.pk).update(locale=LANGUAGES[language], theme=theme)
    context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in cookies.items()]
    )


def _stay_here(route: Route, result: Opened) -> None:
    host = urlsplit(route.request.url).hostname
    result.fetched.append(route.request.url)
    if host in ("127.0.0.1", "localhost"):
        route.continue_()
    else:
        result.problems.append(f"asked a foreign host: {route.request.url}")
        route.abort()


def _note(result: Opened, kind: str, text: str) -> None:
    # Playwright itself keeps the worker out, so that no test meets the cache of another.
    if kind in ("error", "warning") and "Service Worker registration blocked" not in text:
        result.problems.append(f"{kind}: {text}")


@pytest.fixture
def world(transactional_db):
    """One person for each role of the permission matrix: ``world.people["owner"]``."""
    return matrix_world.build()
