"""The theme: kept in a cookie, and with the member who is signed in."""

import pytest
from django.urls import reverse

ADDRESS = "/theme/"


def test_theme_of_a_guest_is_a_cookie_and_she_is_led_back(client):
    response = client.post(ADDRESS, {"theme": "dark", "next": "/help/style/?a=1#form"})

    assert response.status_code == 302
    assert response["Location"] == "/help/style/?a=1#form"
    assert response.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/help/style/").content.decode()


@pytest.mark.django_db
def test_theme_of_a_member_goes_with_her_to_another_device(signed_in, member):
    signed_in.post(ADDRESS, {"theme": "light"})
    del signed_in.cookies["theme"]

    member.refresh_from_db()
    assert member.theme == "light"
    assert 'data-theme="light"' in signed_in.get("/help/style/").content.decode()


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""]
)
def test_theme_never_leads_away(client, wanted):
    response = client.post(ADDRESS, {"theme": "auto", "next": wanted})

    assert response["Location"] == reverse("community:landing")


def test_theme_answers_a_script_without_a_page(client):
    response = client.post(ADDRESS, {"theme": "dark"}, headers={"X-Requested-With": "fetch"})

    assert response.status_code == 204
    assert response.cookies["theme"]["httponly"]


def test_theme_refuses_what_is_none(client):
    response = client.post(ADDRESS, {"theme": '"><script>'})

    assert response.status_code == 400
    assert "theme" not in response.cookies


def test_a_forged_cookie_is_not_written_into_the_page(client):
    client.cookies["theme"] = "x onload=alert(1)"

    assert 'data-theme="auto"' in client.get("/help/style/").content.decode()
