"""Every answer carries the strict headers: pages, errors, files, admin, redirects."""

import re

from django.conf import settings as project
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from community.errors import DomainError
from community.middleware.errors import ErrorsMiddleware
from community.middleware.headers import HeadersMiddleware
from community.models import RoleGrant
from community.services.form_tokens import FormTooOld
from community.trust.ratelimit import RateLimited
from community.views import errors
from tests.factories import MemberFactory
from tests.matrix.routes import addresses

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
# What may be kept, and why: nothing in it is about anybody.
MAY_BE_KEPT = {
    "/sw.js": "the service worker's own text, asked anew each time",
    "/manifest.webmanifest": "the same for everybody",
}


def policy_of(response):
    return {part.strip() for part in response["Content-Security-Policy"].split(";")}


def check(response, *, private):
    path = response.wsgi_request.path
    assert policy_of(response) == POLICY, path
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "camera=()" in response["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", response["X-Request-ID"])
    if private:
        assert response["Cache-Control"] == "private, no-store", path
    elif response.cookies:
        assert "public" not in response["Cache-Control"]


def paths():
    """Every address; one with parameters gets some that fit nothing."""
    for address in addresses():
        path = re.sub(r"<int:\w+>", "7", address.pattern)
        path = re.sub(r"<[^>]+>", "nothing-of-that", path)
        yield "/" + path.lstrip("/^").rstrip("$")


PATHS = sorted(set(paths()) | {"/no/such/page/", f"/{project.ADMIN_PATH}/"})


def test_every_address_answers_guests_with_the_headers(client, db):
    client.raise_request_exception = False
    for path in PATHS:
        check(client.get(path), private=False)
    assert len(PATHS) > 100


def test_what_a_signed_in_member_gets_is_kept_by_nobody(client, db):
    client.force_login(MemberFactory())
    session = client.cookies[project.SESSION_COOKIE_NAME].value
    for path in PATHS:
        client.cookies[project.SESSION_COOKIE_NAME] = session  # signing out is one of the addresses
        check(client.get(path), private=path not in MAY_BE_KEPT)
    assert len(PATHS) > 100


def test_the_admin_works_under_the_same_policy(client, db):
    operator = MemberFactory(is_staff=True)
    RoleGrant.objects.create(member=operator, role="operator")
    client.force_login(operator)
    response = client.get(f"/{project.ADMIN_PATH}/")

    check(response, private=True)
    assert b"<script>" not in response.content
    assert b"style=" not in response.content


def test_files_are_served_from_inside_of_what_sets_the_headers(settings):
    order = settings.MIDDLEWARE
    guards = ["csp.middleware.CSPMiddleware", "community.middleware.headers.HeadersMiddleware"]
    files = order.index("whitenoise.middleware.WhiteNoiseMiddleware")
    assert [order.index(name) < files for name in guards] == [True, True]


def answer(headers=None, cookies=(), session=False):
    request = RequestFactory().get("/")
    if session:
        request.COOKIES[project.SESSION_COOKIE_NAME] = "abc"
    response = HttpResponse(headers=headers or {})
    for name in cookies:
        response.set_cookie(name, "x")
    return HeadersMiddleware(lambda _request: response)(request)["Cache-Control"]


def test_caching_is_decided_by_who_asks_and_what_is_set():
    assert answer() == "private, no-cache"
    assert answer(session=True) == "private, no-store"
    assert answer(cookies=[project.SESSION_COOKIE_NAME]) == "private, no-store"
    assert answer({"Cache-Control": "public, max-age=60"}) == "public, max-age=60"
    assert answer({"Cache-Control": "public, max-age=60"}, ["theme"]) == "private, no-store"
    assert answer({"Cache-Control": "private, max-age=300"}, session=True) == "private, max-age=300"


class TestErrors:
    """Refusals become pages with their own status and sentence."""

    def refused(self, exception, **request):
        middleware = ErrorsMiddleware(lambda _request: HttpResponse())
        return middleware.process_exception(RequestFactory().post("/", **request), exception)

    def test_what_cannot_be_done_is_said(self):
        response = self.refused(DomainError("Spring is full. <b>"))

        assert response.status_code == 409
        assert "Spring is full. &lt;b&gt;" in response.content.decode()

    def test_too_often_says_how_long(self):
        response = self.refused(RateLimited(90))

        assert (response.status_code, response["Retry-After"]) == (429, "90")
        assert "90" in response.content.decode()

    def test_an_old_form_gives_back_what_was_typed_but_no_password(self):
        data = {
            "text": "A long introduction that took an hour.",
            "password": "a password long enough to be one",
            "csrfmiddlewaretoken": "t" * 64,
        }
        page = self.refused(FormTooOld("x"), data=data)

        assert page.status_code == 409
        assert "A long introduction that took an hour." in page.content.decode()
        assert "a password long" not in page.content.decode()
        assert "tttt" not in page.content.decode()

    def test_other_exceptions_stay_faults(self):
        assert self.refused(ValueError("x")) is None

    def test_too_large_a_request_is_refused_unread(self, settings):
        settings.REQUEST_MAX_BYTES = 10
        request = RequestFactory().post("/", {"a": "b" * 100})
        response = ErrorsMiddleware(lambda _request: HttpResponse("read"))(request)

        assert response.status_code == 413
        settings.REQUEST_MAX_BYTES = 16 * 2**20
        assert "Up to 16 MB" in errors.too_large(request).content.decode()
        text = errors.bad_request(request, RequestDataTooBig())
        assert (text.status_code, "Up to 2.5 MB" in text.content.decode()) == (413, True)
        assert not request._read_started

    def test_a_database_that_is_away_is_503_and_asks_to_come_back(self, rf):
        try:
            raise OperationalError("gone")
        except OperationalError:
            response = errors.server_error(rf.get("/"))
        assert (response.status_code, response["Retry-After"]) == (503, "30")

        try:
            raise ValueError
        except ValueError:
            assert errors.server_error(rf.get("/")).status_code == 500

    def test_error_pages_ask_no_database(self, rf, django_assert_num_queries, db):
        with django_assert_num_queries(0):
            for page in (errors.bad_request, errors.forbidden, errors.not_found):
                assert page(rf.get("/")).status_code in (400, 403, 404)
            assert errors.csrf_failure(rf.post("/", {})).status_code == 403


def test_a_forged_post_is_refused_with_our_page_and_the_text(db):
    strict = Client(enforce_csrf_checks=True)
    member = MemberFactory()
    strict.force_login(member)
    response = strict.post(
        reverse("community:set_theme"), {"theme": "dark", "note": "words that took me an hour"}
    )

    assert response.status_code == 403
    assert "words that took me an hour" in response.content.decode()
    check(response, private=True)


def test_cookies_are_closed(client, db, settings):
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert settings.CSRF_COOKIE_HTTPONLY is True
    assert {settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE} == {"Lax"}
