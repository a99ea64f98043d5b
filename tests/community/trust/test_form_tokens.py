"""A form is accepted once, whatever fingers, phones and servers do."""

import datetime as dt
import secrets
import threading

import pytest
import time_machine
from django.db import connections
from django.http import HttpResponse, HttpResponseRedirect
from django.template import Context, Template
from django.test import RequestFactory

from community import clock
from community.errors import DomainError
from community.models import FormToken, Invitation
from community.services import form_tokens, spaces
from tests.factories import MemberFactory


def press(token, view, *, htmx=False):
    headers = {"HX-Request": "true"} if htmx else {}
    data = {} if token is None else {"form_token": token}
    return view(RequestFactory().post("/things/", data, headers=headers))


@pytest.fixture
def made():
    """A view that counts what it did, and leads to what it made."""
    done = []

    @form_tokens.once
    def make(request):
        done.append(1)
        return HttpResponseRedirect(f"/things/{len(done)}/")

    make.done = done
    return make


def test_the_second_press_gets_the_first_result_and_does_nothing(db, made):
    token = form_tokens.issue()

    answers = [press(token, made).headers["Location"] for _ in range(3)]

    assert answers == ["/things/1/"] * 3
    assert made.done == [1]


def test_two_forms_are_two_deeds(db, made):
    press(form_tokens.issue(), made)
    press(form_tokens.issue(), made)

    assert made.done == [1, 1]


def test_htmx_is_led_to_the_first_result_or_shown_it(db, made):
    @form_tokens.once
    def fragment(request):
        return HttpResponse("row")

    led, shown = form_tokens.issue(), form_tokens.issue()
    press(led, made)
    press(shown, fragment, htmx=True)

    assert press(led, made, htmx=True).headers["HX-Redirect"] == "/things/1/"
    assert press(shown, fragment, htmx=True).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("status", [200, 422, 409])
def test_a_form_shown_again_may_be_sent_again(db, status):
    answers = iter([HttpResponse("errors", status=status), HttpResponseRedirect("/done/")])
    view = form_tokens.once(lambda request: next(answers))
    token = form_tokens.issue()

    assert press(token, view).status_code == status
    assert press(token, view).headers["Location"] == "/done/"


def test_what_failed_may_be_sent_again_and_has_left_nothing(db):
    def fails(request):
        FormToken.objects.create(digest="from inside")
        raise DomainError("Spring is full.")

    token = form_tokens.issue()
    with pytest.raises(DomainError):
        press(token, form_tokens.once(fails))

    assert FormToken.objects.count() == 0


@pytest.mark.parametrize("token", [None, "", "forged", "forged:abc:def"])
def test_a_form_without_a_good_token_is_too_old(db, made, token):
    with pytest.raises(form_tokens.FormTooOld, match="too old"):
        press(token, made)
    assert made.done == []


def test_a_token_lives_three_days(db, made):
    opened = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
    with time_machine.travel(opened, tick=False):
        early, late = form_tokens.issue(), form_tokens.issue()
    with time_machine.travel(opened + dt.timedelta(days=3), tick=False):
        assert press(early, made).status_code == 302
    with time_machine.travel(opened + dt.timedelta(days=3, seconds=1), tick=False):
        with pytest.raises(form_tokens.FormTooOld):
            press(late, made)


def test_another_secret_key_is_a_forged_token(db, made, settings):
    token = form_tokens.issue()
    settings.SECRET_KEY = "another key of another house, also long enough to be one"

    with pytest.raises(form_tokens.FormTooOld):
        press(token, made)


def test_old_rows_are_swept_and_fresh_ones_stay(db):
    FormToken.objects.create(digest="old", spent_at=clock.now() - dt.timedelta(days=5))
    FormToken.objects.create(digest="fresh", spent_at=clock.now() - dt.timedelta(days=3, hours=23))

    assert form_tokens.sweep() == 1
    assert FormToken.objects.get().digest == "fresh"


def test_the_tag_writes_a_token_that_works(db, made):
    html = Template("{% load form_token %}{% form_token %}").render(Context())
    token = html.split('value="')[1].split('"')[0]

    assert press(token, made).status_code == 302


def test_a_view_that_requires_a_permission_may_be_pressed_twice(client, db):
    owner = MemberFactory()
    spaces.open_space(owner=owner, name="Riverside", slug="riverside")
    client.force_login(owner)
    form = {"form_token": form_tokens.issue(), "max_uses": "5", "days": "7", "note": "Market"}

    first, second = (client.post("/c/riverside/invitations/", form) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert Invitation.objects.count() == 1


def test_get_asks_for_no_token(rf, made):
    assert made(rf.get("/things/")).status_code == 302


def _race(view, token, presses=6):
    """Send one form several times at the same moment; returns the answers' locations."""
    barrier, found = threading.Barrier(presses), []

    def send():
        try:
            barrier.wait()
            found.append(press(token, view).headers["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def make_a_row(request):
    tag = FormToken.objects.create(digest=f"made {secrets.token_hex(8)}")
    return HttpResponseRedirect(f"/made/{tag.pk}/")


def test_of_presses_at_the_same_moment_one_does_it(transactional_db):
    for _ in range(5):
        before = FormToken.objects.filter(digest__startswith="made").count()
        answers = _race(form_tokens.once(make_a_row), form_tokens.issue())

        assert len(answers) == 6
        assert len(set(answers)) == 1
        assert FormToken.objects.filter(digest__startswith="made").count() == before + 1


def test_without_the_guard_the_same_presses_do_it_many_times(transactional_db):
    """The control: the race is real."""
    answers = _race(make_a_row, form_tokens.issue())

    assert len(set(answers)) == 6
