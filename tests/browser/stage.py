"""A page for one behaviour: markup of the components, our script, and a server that only notes."""

from dataclasses import dataclass, field

from django.template import engines
from django.utils import translation
from playwright.sync_api import Page, Route

from tests.browser.conftest import Open, Opened

PAGE = """<!doctype html><html lang="en" data-theme="auto"><head><title>Stage</title>
{% include "layouts/_head.html" %}</head><body class="app app--page"><main id="main" tabindex="-1">
<div class="toasts" id="toasts" role="status"></div>SOURCE</main>
{% include "layouts/_over.html" %}</body></html>"""


@dataclass
class Answer:
    """What the server says to a POST."""

    status: int = 204
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Stage:
    """The page, and every POST that reached the server: (path, body)."""

    opened: Opened
    posts: list[tuple[str, str]] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)

    @property
    def page(self) -> Page:
        return self.opened.page


def set_stage(open_page: Open, source: str, **options) -> Stage:
    """Open a page that holds ``source`` (a template); what is posted is noted and answered."""
    opened = open_page(**options)
    stage = Stage(opened)
    with translation.override("en"):
        html = (
            engines["django"]
            .from_string(PAGE.replace("SOURCE", source))
            .render({"csrf_token": "token-of-the-stage"})
        )

    def serve(route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(opened.base)
        if request.method == "POST":
            stage.posts.append((path, request.post_data or ""))
            answer = stage.answer
            route.fulfill(status=answer.status, body=answer.body, headers=answer.headers)
        elif path.startswith("/stage/"):
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path.startswith("/away/"):
            route.fulfill(body="<title>Weather</title>", content_type="text/html")
        else:
            route.fallback()

    opened.page.route("**/*", serve)
    opened.goto("/stage/")
    return stage
