"""One's own pages: settings, language, consents, devices, the address."""

import hashlib
import re
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from community.middleware.locale import MemberLocaleMiddleware
from community.models import Consent, Member
from community.services import consents, sessions
from tests.community.accounts.helpers import come_in, newest_code
from tests.community.delivery.helpers import delivered, text_of
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def ada(client):
    member = MemberFactory(email="ada@example.org", handle="ada", locale="en")
    come_in(client, member.email)
    return member


SAID = {
    "display_name": "Ada L.",
    "handle": "ada_l",
    "locale": "zh-hans",
    "timezone": "Europe/Lisbon",
    "theme": "dark",
}


def test_settings_are_saved_to_the_member_and_to_the_browser(client, ada):
    response = client.post("/me/", SAID)

    ada.refresh_from_db()
    assert {name: getattr(ada, name) for name in SAID} == SAID
    assert response.cookies["theme"].value == "dark"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"
    assert '<html lang="zh-Hans" data-theme="dark">' in client.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"handle": "taken"}, "Somebody else has this handle."),
        ({"handle": "operator"}, "Somebody else has this handle."),
        ({"handle": "Ada L"}, "small letters"),
        ({"handle": "ab"}, "3 to 30"),
        ({"timezone": "Mars/Base"}, ""),
        ({"locale": "fr"}, ""),
        ({"display_name": "x" * 61}, "60"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(client, ada, wrong, says):
    MemberFactory(handle="taken")

    response = client.post("/me/", SAID | {"locale": "en"} | wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert "Ada L." in page or "display_name" in wrong
    ada.refresh_from_db()
    assert ada.handle == "ada"


def test_pages_follow_the_members_language_not_the_browsers(client, ada):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"

    page = client.get("/me/", headers={"accept-language": "zh-CN"})

    assert page["Content-Language"] == "en"
    assert '<html lang="en"' in page.content.decode()


def test_a_guests_language_is_kept_by_the_cookie(client):
    response = client.post("/language/", {"language": "en", "next": "/help/"})

    assert response["Location"] == "/help/"
    assert client.get("/help/")["Content-Language"] == "en"
    assert client.get("/language/").status_code == 200
    assert client.post("/language/", {"language": "fr"}).status_code == 422


def test_switching_the_language_changes_the_members_own(client, ada):
    client.post("/language/", {"language": "zh-hans", "next": "/me/"})

    ada.refresh_from_db()
    assert ada.locale == "zh-hans"
    assert client.get("/me/")["Content-Language"] == "zh-hans"


def test_times_are_in_the_members_zone_and_a_guests_in_the_browsers(client, ada):
    Member.objects.filter(pk=ada.pk).update(timezone="America/New_York")
    client.cookies["tz"] = "Europe/Lisbon"
    zones = []

    class Probe:
        def __init__(self, get_response):
            self.get_response = get_response

        def __call__(self, request):
            zones.append(timezone.get_current_timezone_name())
            return self.get_response(request)

    guest = Client()
    guest.cookies["tz"] = "Europe/Lisbon"
    tampered = Client()
    tampered.cookies["tz"] = "../../etc/passwd"
    for browser in (client, guest, tampered):
        request = browser.get("/help/").wsgi_request
        MemberLocaleMiddleware(Probe(lambda r: HttpResponse()))(request)

    assert zones == ["America/New_York", "Europe/Lisbon", settings.DEFAULT_TIMEZONE]


def test_consents_are_taken_back_and_given_again(client, ada):
    consents.give(member=ada, documents=["rules", "privacy"], locale="en")

    client.post("/me/privacy/withdraw/", {"document": "privacy"})
    after = consents.missing(ada)
    page = client.get("/me/privacy/").content.decode()
    client.post("/me/privacy/agree/", {"document": "privacy"})

    assert after == ["privacy"]
    assert "not agreed" in page
    assert consents.missing(ada) == []
    rows = Consent.objects.filter(member=ada, document="privacy").order_by("pk")
    assert [row.withdrawn_at is None for row in rows] == [False, True]


def test_a_new_version_asks_everybody_again_calmly(client, ada, monkeypatch):
    client.post("/me/privacy/agree/", {"document": ["rules", "privacy"]})
    assert "have changed" not in client.get("/me/").content.decode()

    monkeypatch.setitem(consents.IN_FORCE, Consent.Document.RULES, "2027-01")

    page = client.get("/me/")
    assert page.status_code == 200
    assert "Our rules or our privacy statement have changed" in page.content.decode()
    client.post("/me/privacy/agree/", {"document": ["rules"]})
    assert "have changed" not in client.get("/me/").content.decode()


def test_the_question_costs_no_query(client, ada):
    with CaptureQueriesContext(connection) as asked:
        assert "have changed" in client.get("/privacy/").content.decode()
    client.post("/me/privacy/agree/", {"document": ["rules", "privacy"]})
    client.get("/privacy/")
    with CaptureQueriesContext(connection) as quiet:
        assert "have changed" not in client.get("/privacy/").content.decode()

    assert len(asked) == len(quiet)


def test_both_documents_are_there_in_both_languages_without_an_account():
    for path in ("/rules/", "/privacy/"):
        texts = set()
        for language, word in (("en", "Version 2026-11"), ("zh-hans", "2026-11")):
            client = Client()
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            page = client.get(path)
            assert page.status_code == 200
            assert word in page.content.decode()
            texts.add(page.content)
        assert len(texts) == 2


# Whoever changes a document changes its version in community/services/consents.py as well, so that
# members are asked again; then these fingerprints follow.
FINGERPRINTS = {
    ("rules", "2026-11"): "aaac976c286f25bb",
    ("privacy", "2026-11"): "84a8fabcf9ddfdc7",
}


@pytest.mark.parametrize("document", ["rules", "privacy"])
def test_a_document_does_not_change_without_its_version(document):
    digest = hashlib.sha256()
    for language in ("zh-hans", "en"):
        origin = get_template(f"community/documents/{document}.{language}.html").origin.name
        digest.update(Path(origin).read_bytes())

    version = consents.IN_FORCE[Consent.Document(document)]
    assert FINGERPRINTS[document, version] == digest.hexdigest()[:16]


def test_devices_are_listed_in_words_and_ended_one_by_one_or_all(client, ada):
    phone = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"})
    laptop = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"})
    for browser in (phone, laptop):
        cache.clear()
        come_in(browser, "ada@example.org")
    names = [device.name for device in client.get("/me/security/").context["devices"]]

    phone_row = UserSession.objects.get(user_agent__contains="MicroMessenger")
    client.post("/me/security/sessions/end/", {"id": phone_row.pk})
    states = [browser.get("/me/").status_code for browser in (client, phone, laptop)]
    client.post("/me/security/sessions/end/", {"id": "others"})

    assert sorted(names[1:]) == ["Firefox on Windows", "WeChat on Android"]
    assert states == [200, 302, 200]
    assert laptop.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_nobody_ends_another_members_session(client, ada):
    other = Client()
    come_in(other, "ben@example.org", agree="on")
    ben = UserSession.objects.exclude(user=ada).get()

    for which in (ben.pk, "0", "-1", "x", "9" * 40, "\x00"):
        assert client.post("/me/security/sessions/end/", {"id": which}).status_code == 302

    assert other.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("", "Unknown device"),
        ("curl/8", "Unknown device"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/130 Safari/537.36", "Chrome on Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130", "Edge on Windows"),
        (
            "Mozilla/5.0 (Linux; Android 12; HarmonyOS) HuaweiBrowser/14",
            "Huawei Browser on HarmonyOS",
        ),
    ],
)
def test_browsers_are_called_what_people_call_them(agent, name):
    with translation.override("en"):
        assert sessions.describe(agent) == name


def test_a_new_address_is_used_once_it_is_proven_and_the_old_one_is_told(client, ada):
    asked = client.post("/me/security/email/", {"email": "Ada@New.example"})
    before = Member.objects.get(pk=ada.pk).email
    code = newest_code("ada@new.example")
    done = client.post("/me/security/email/code/", {"code": code})

    assert (asked["Location"], before) == ("/me/security/email/code/", "ada@example.org")
    assert done["Location"] == "/me/security/"
    assert Member.objects.get(pk=ada.pk).email == "ada@new.example"
    told = delivered()[-1]
    assert told["To"] == "ada@example.org"
    assert "another e-mail address" in text_of(told)


def test_an_address_of_somebody_else_is_said_only_to_who_can_read_its_mail(client, ada):
    MemberFactory(email="ben@example.org")

    known = client.post("/me/security/email/", {"email": "ben@example.org"})
    code = newest_code("ben@example.org")
    unknown = client.post("/me/security/email/", {"email": "nobody@example.org"})
    client.post("/me/security/email/", {"email": "ben@example.org"})
    code = newest_code("ben@example.org")
    page = client.get("/me/security/email/code/").content.decode()
    proven = client.post("/me/security/email/code/", {"code": code})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "another account" not in page
    assert proven.status_code == 422
    assert "This address belongs to another account" in proven.content.decode()


def test_a_code_for_one_purpose_is_worth_nothing_for_another(client, ada):
    client.post("/me/security/email/", {"email": "new@example.org"})
    code = newest_code("new@example.org")
    row = client.session["new_email_code"]
    guest = Client()
    guest.post("/login/", {"email": "new@example.org"})
    session = guest.session
    session["sign_in"] = session["sign_in"] | {"code": row}
    session.save()

    assert guest.post("/login/code/", {"code": code})["Location"] == "/login/"


def test_the_list_of_devices_costs_the_same_for_one_and_for_many(client, ada):
    with CaptureQueriesContext(connection) as one:
        client.get("/me/security/")
    for number in range(5):
        browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        cache.clear()
        come_in(browser, "ada@example.org")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/me/security/")

    assert len(page.context["devices"]) == 6
    assert len(many) == len(one)


def test_signing_out_asks_first(client, ada):
    assert client.get("/logout/").status_code == 200
    assert client.get("/me/").status_code == 200
    assert client.post("/logout/")["Location"] == "/"
    assert client.get("/me/").status_code == 302
    assert not UserSession.objects.exists()
    assert client.get("/logout/")["Location"] == "/"


def test_the_sign_in_fields_help_phones():
    page = Client().get("/login/").content.decode()
    field = re.search(r'<input type="email"[^>]+>', page)[0]

    for attribute in ('inputmode="email"', 'autocapitalize="none"', 'enterkeyhint="go"'):
        assert attribute in field
