"""Signing in by WeChat, Feishu and DingTalk, against a fake of each on another origin."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from community.models import AuditEvent, Consent, Member, Membership
from tests.community.accounts.fake_provider import FakeProvider
from tests.community.accounts.helpers import come_in
from tests.factories import InvitationFactory, MemberFactory

pytestmark = pytest.mark.django_db

WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile MicroMessenger/8.0.47"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537.36"
PEOPLE = {
    "weixin": {"openid": "o-web", "unionid": "union-1", "nickname": "阿禾"},
    "feishu": {"open_id": "ou_1", "union_id": "on_1", "name": "阿禾"},
    "dingtalk": {"openId": "d1", "unionId": "du1", "nick": "阿禾"},
}
UIDS = {"weixin": "union-1", "feishu": "on_1", "dingtalk": "du1"}


@pytest.fixture
def fake(settings):
    cache.clear()
    with FakeProvider() as provider:
        config = provider.config()
        settings.OAUTH = dict.fromkeys(("weixin", "weixin_web", "feishu", "dingtalk"), config)
        yield provider


def browser(agent: str = BROWSER) -> Client:
    return Client(headers={"user-agent": agent})


def go(client: Client, fake: FakeProvider, provider: str, person: dict | None = None, **said):
    """Press the button, say yes over there, and come back."""
    sent = client.post(f"/account/{provider}/login/", said, query_params=said.pop("query", {}))
    assert sent.status_code == 302, sent.content
    path, query = fake.grant(sent["Location"], person or PEOPLE[provider])
    return client.get(path, query)


@pytest.mark.parametrize("provider", PEOPLE)
def test_somebody_new_agrees_and_becomes_a_member_without_an_address(fake, provider):
    client = browser()

    back = go(client, fake, provider)
    asked = client.get(back["Location"])
    unticked = client.post(back["Location"], {"display_name": "阿禾"})
    done = client.post(back["Location"], {"display_name": "阿禾同学", "agree": "on"})

    assert back["Location"] == "/account/3rdparty/signup/"
    assert 'value="阿禾"' in asked.content.decode()
    assert unticked.status_code == 422
    assert (done.status_code, done["Location"]) == (302, "/today/")
    member = Member.objects.get()
    assert (member.email, member.display_name) == (None, "阿禾同学")
    assert member.handle.startswith("m")
    assert Consent.objects.filter(member=member).count() == 2
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (member, provider, UIDS[provider])
    assert account.extra_data == {"name": "阿禾"}
    assert client.get("/me/security/").context["connections"][0].known_as == "阿禾"


@pytest.mark.parametrize("provider", PEOPLE)
def test_the_next_time_she_is_in_at_once(fake, provider):
    first = browser()
    go(first, fake, provider)
    first.post("/account/3rdparty/signup/", {"agree": "on"})

    again = go(browser(), fake, provider, next="/me/")

    assert again["Location"] == "/me/"
    assert Member.objects.count() == 1


def test_inside_wechat_and_by_qr_code_she_is_one_person(fake):
    outside, inside = browser(), browser(WECHAT)
    qr = outside.post("/account/weixin/login/")["Location"]
    tap = inside.post("/account/weixin/login/")["Location"]

    go(outside, fake, "weixin")
    outside.post("/account/3rdparty/signup/", {"agree": "on"})
    same = go(inside, fake, "weixin", PEOPLE["weixin"] | {"openid": "o-inside"})

    assert "/connect/qrconnect?" in qr
    assert "scope=snsapi_login" in qr
    assert "/connect/oauth2/authorize?" in tap
    assert "scope=snsapi_userinfo" in tap
    assert tap.endswith("#wechat_redirect")
    assert same["Location"] == "/today/"
    assert Member.objects.count() == 1


def test_buttons_appear_for_what_is_configured_and_works_in_this_browser(fake, settings):
    config = fake.config()
    settings.OAUTH = {"weixin_web": config, "dingtalk": config}

    seen = {agent: browser(agent).get("/login/") for agent in (BROWSER, WECHAT)}

    offered = {agent: [o.id for o in page.context["offers"]] for agent, page in seen.items()}
    assert offered == {BROWSER: ["weixin", "dingtalk"], WECHAT: ["dingtalk"]}
    assert browser(WECHAT).post("/account/weixin/login/").status_code == 404
    assert browser().post("/account/feishu/login/").status_code == 404


def test_without_configuration_there_is_no_button_and_no_route_leads_out(client, settings):
    cache.clear()
    settings.OAUTH = {}

    page = client.get("/login/")

    assert "/account/weixin/login/" not in page.content.decode()
    assert "form-action 'self';" in page["Content-Security-Policy"] + ";"
    for provider in PEOPLE:
        assert client.post(f"/account/{provider}/login/").status_code == 404
        assert client.get(f"/account/{provider}/login/callback/?code=x&state=y").status_code == 404


def test_the_policy_lets_forms_leave_only_from_pages_with_the_buttons(fake, client):
    with_buttons = client.get("/login/")["Content-Security-Policy"]
    asking = client.get("/account/weixin/login/")["Content-Security-Policy"]
    others = [client.get(path)["Content-Security-Policy"] for path in ("/", "/help/", "/rules/")]

    assert f"form-action 'self' {fake.origin}" in with_buttons
    assert fake.origin in asking
    assert all(fake.origin not in policy for policy in others)


def test_a_link_from_elsewhere_signs_nobody_in(fake, client):
    page = client.get("/account/weixin/login/")

    assert page.status_code == 200
    assert fake.asked == []


def test_an_answer_nobody_asked_for_is_refused(fake, client):
    fake.codes["stolen"] = PEOPLE["weixin"]

    response = client.get("/account/weixin/login/callback/", {"code": "stolen", "state": "x"})

    assert response.status_code == 401
    assert not Member.objects.exists()
    assert fake.asked == []


def test_an_answer_works_once(fake):
    client = browser()
    sent = client.post("/account/feishu/login/")
    path, query = fake.grant(sent["Location"], PEOPLE["feishu"])
    client.get(path, query)

    assert client.get(path, query).status_code == 401


@pytest.mark.parametrize("provider", PEOPLE)
def test_no_or_a_wrong_answer_is_a_page_that_says_so(fake, provider):
    client = browser()
    sent = client.post(f"/account/{provider}/login/")
    path, query = fake.grant(sent["Location"], PEOPLE[provider])
    denied = client.get(path, {"error": "access_denied", "state": query["state"]})
    assert denied["Location"] == "/account/3rdparty/login/cancelled/"
    assert client.get(denied["Location"]).status_code == 200

    fake.broken = True
    assert go(browser(), fake, provider).status_code == 401
    fake.broken = False
    nobody = go(browser(), fake, provider, {"openid": "", "nickname": "x", "code": 1})
    assert nobody.status_code == 401
    assert not Member.objects.exists()


def test_an_invitation_comes_along(fake):
    client, invitation = browser(), InvitationFactory()
    client.get(f"/join/?i={invitation.code}")

    go(client, fake, "dingtalk")
    done = client.post("/account/3rdparty/signup/", {"agree": "on"})

    assert done["Location"] == f"/c/{invitation.space.slug}/"
    assert Membership.objects.filter(space=invitation.space).count() == 1


def test_a_member_connects_a_service_and_comes_in_by_it(fake):
    client = browser()
    MemberFactory(email="ada@example.org")
    come_in(client, "ada@example.org")

    connected = go(client, fake, "feishu", query={"process": "connect"})

    assert connected["Location"] == "/me/security/"
    assert go(browser(), fake, "feishu")["Location"] == "/today/"
    assert Member.objects.count() == 1


def test_the_last_way_in_cannot_be_disconnected(fake):
    client = browser()
    go(client, fake, "weixin")
    client.post("/account/3rdparty/signup/", {"agree": "on"})
    account = SocialAccount.objects.get()

    client.post("/me/security/disconnect/", {"id": account.pk})
    assert SocialAccount.objects.exists()
    Member.objects.update(email="ada@example.org")
    client.post("/me/security/disconnect/", {"id": account.pk})

    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(action="member.disconnected").count() == 1


def test_nobody_disconnects_another_members_service(fake):
    owner = browser()
    go(owner, fake, "weixin")
    owner.post("/account/3rdparty/signup/", {"agree": "on"})
    other = browser()
    come_in(other, "ben@example.org", agree="on")

    other.post("/me/security/disconnect/", {"id": SocialAccount.objects.get().pk})

    assert SocialAccount.objects.exists()


def test_a_suspended_member_is_told_so(fake):
    client = browser()
    go(client, fake, "weixin")
    client.post("/account/3rdparty/signup/", {"agree": "on"})
    Member.objects.update(state="suspended")

    response = go(browser(), fake, "weixin")

    assert response.status_code == 403
    assert "community/suspended.html" in [template.name for template in response.templates]
