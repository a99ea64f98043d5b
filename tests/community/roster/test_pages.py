"""The pages of a list: upload, look, yes, progress, reasons, links."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import ClaimLink, Member, RosterFile, RosterImport
from community.services import form_tokens, spaces
from community.services.roster import importing, runs
from tests.community.pressing import token_in
from tests.community.roster.helpers import brought, data, open_space, owner_of
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
ROWS = [
    [
        "阿禾",
        "19000000001",
        "he@example.org",
        "大理",
        "木匠",
        "会修桌子",
        "学剪辑",
        "会做饭、会修车",
    ],
    ["小鹿", "19000000002", "", "杭州", "", "", "", ""],
    ["", "19000000003", "", "", "", "", "", ""],
    ["鹿本人", "190 0000 0002", "", "", "", "", "", ""],
    ["山人", "1.90E+10", "shan@example.org", "", "", "=1+1", "", ""],
]


@pytest.fixture
def space(client):
    made = open_space()
    client.force_login(owner_of(made))
    return made


def upload(client, space, file: bytes, name="名单.csv", token=""):
    url = reverse("community:roster_list", args=[space.slug])
    form = {"file": SimpleUploadedFile(name, file), "form_token": token or form_tokens.issue()}
    return client.post(url, form)


def yes(digest: str) -> dict[str, str]:
    return {"digest": digest, "form_token": form_tokens.issue()}


def address(roster, name="roster_import"):
    return reverse(f"community:{name}", args=[roster.space.slug, roster.public_id])


def test_upload_shows_each_row_and_writes_nobody(client, space):
    response = upload(client, space, data(ROWS))

    roster = RosterImport.objects.get()
    assert response.status_code == 302
    assert response["Location"] == address(roster)
    page = client.get(response["Location"]).content.decode()
    for name in ("阿禾", "小鹿", "鹿本人", "山人"):
        assert name in page
    assert "Totals" not in page
    assert Member.objects.filter(state="unclaimed").count() == 0
    assert roster.state == "previewed"


def test_confirm_brings_in_what_the_page_showed(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()

    client.post(address(roster, "roster_confirm"), yes(roster.digest))
    importing.work()

    assert brought(space) == {"阿禾", "小鹿", "山人"}
    page = client.get(address(roster)).content.decode()
    assert address(roster, "roster_links") in page
    roster.refresh_from_db()
    assert roster.state == "done"


def test_a_list_uploaded_or_confirmed_by_a_double_press_is_one(client, space):
    token = token_in(client.get(reverse("community:roster_list", args=[space.slug])))
    first, second = (upload(client, space, data(ROWS), token=token) for _ in range(2))
    roster = RosterImport.objects.get()
    form = {"digest": roster.digest, "form_token": token_in(client.get(address(roster)))}

    answers = [client.post(address(roster, "roster_confirm"), form) for _ in range(2)]

    assert (first.status_code, second.status_code) == (302, 303)
    assert first["Location"] == second["Location"]
    assert [answer.status_code for answer in answers] == [302, 303]
    # The second press is no second yes, so nobody is told that the list is further already.
    assert list(answers[1].wsgi_request._messages) == []
    roster.refresh_from_db()
    assert roster.state == "importing"


def test_confirm_of_an_older_preview_writes_nothing(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()

    response = client.post(address(roster, "roster_confirm"), yes("0" * 64), follow=True)

    assert response.redirect_chain[0][0] == address(roster)
    roster.refresh_from_db()
    assert roster.state == "previewed"
    assert brought(space) == set()


@pytest.mark.parametrize(
    "file, says",
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "no table"),
        ("昵称,手机号\r\n".encode(), "nobody"),
        ("姓名,手机号\r\n王,19000000001\r\n".encode(), "昵称"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, ".xls"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(client, space, file, says):
    client.cookies["django_language"] = "en"
    owner = owner_of(space)
    owner.locale = "en"
    owner.save()

    response = upload(client, space, file)

    assert response.status_code == 422
    assert says in response.content.decode()
    assert not RosterImport.objects.exists()
    assert not RosterFile.objects.exists()


def test_a_form_without_a_file_says_so(client, space):
    url = reverse("community:roster_list", args=[space.slug])
    response = client.post(url, {"form_token": form_tokens.issue()})

    assert response.status_code == 422
    assert not RosterImport.objects.exists()


def test_progress_is_a_fragment_and_then_reloads_the_page(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()
    runs.confirm(roster=roster, by=owner_of(space), digest=roster.digest)

    during = client.get(address(roster, "roster_progress"), headers={"HX-Request": "true"})
    importing.work()
    after = client.get(address(roster, "roster_progress"), headers={"HX-Request": "true"})

    assert 'hx-trigger="every 2s"' in during.content.decode()
    assert "<html" not in during.content.decode()
    assert after["HX-Refresh"] == "true"


def test_without_a_script_the_page_of_a_running_list_asks_again(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()
    runs.confirm(roster=roster, by=owner_of(space), digest=roster.digest)

    page = client.get(address(roster)).content.decode()

    assert '<noscript><meta http-equiv="refresh"' in page


def test_the_preview_costs_the_same_for_few_and_for_many_rows(client, space):
    upload(client, space, data(ROWS[:1]))
    one = RosterImport.objects.get()
    more = [[f"人{n}", f"1900000{n:04}", "", "", "", "", "", ""] for n in range(60)]
    upload(client, space, data(more))
    many = RosterImport.objects.exclude(pk=one.pk).get()
    to_one, to_many = address(one), address(many)
    client.get(to_one)

    with CaptureQueriesContext(connection) as few:
        client.get(to_one + "?show=new")
    with CaptureQueriesContext(connection) as more_of_them:
        client.get(to_many + "?show=new")

    assert len(more_of_them) == len(few) <= 8


def test_filter_shows_only_rows_with_that_verdict(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()

    rejected = client.get(address(roster) + "?show=reject").content.decode()
    warned = client.get(address(roster) + "?show=warned").content.decode()

    assert "阿禾" not in rejected
    assert "山人" in warned
    assert "小鹿" not in warned


def test_the_file_with_reasons_is_for_excel_and_runs_nothing(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()

    response = client.get(address(roster, "roster_reasons"))

    text = response.content.decode("utf-8-sig")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response["Content-Disposition"]
    lines = text.split("\r\n")
    assert len([line for line in lines if line]) == 1 + 3
    assert "'=1+1" in text
    assert ",=1+1" not in text


def test_links_are_made_by_post_only_and_open_the_account(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()
    runs.confirm(roster=roster, by=owner_of(space), digest=roster.digest)
    importing.work()

    client.get(address(roster, "roster_links"))
    assert not ClaimLink.objects.exists()
    response = client.post(address(roster, "roster_links"), {"start": "0"})

    page = response.content.decode()
    assert ClaimLink.objects.get().member.display_name == "小鹿"
    assert "<svg" in page
    assert "/claim/" in page
    assert "no-store" in response["Cache-Control"]


def test_a_list_that_stopped_goes_on_by_a_button(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()
    runs.confirm(roster=roster, by=owner_of(space), digest=roster.digest)
    kept = RosterFile.objects.get()
    content = kept.content
    RosterFile.objects.all().delete()
    importing.work()
    roster.refresh_from_db()
    assert roster.state == "failed"

    RosterFile.objects.create(public_id=kept.public_id, roster=roster, content=content)
    client.post(address(roster, "roster_go_on"))
    importing.work()

    roster.refresh_from_db()
    assert roster.state == "done"
    assert brought(space) == {"阿禾", "小鹿", "山人"}


def test_an_assistant_may_not_and_an_outsider_finds_nothing(client, space):
    upload(client, space, data(ROWS))
    roster = RosterImport.objects.get()
    assistant, outsider = MemberFactory(), MemberFactory()
    spaces.join(space=space, member=assistant, role="assistant")

    client.force_login(assistant)
    assert client.get(address(roster)).status_code == 403
    client.force_login(outsider)
    assert client.get(address(roster)).status_code == 404
    assert client.post(address(roster, "roster_confirm"), yes("")).status_code == 404


def test_a_list_of_another_space_is_not_found(client, space):
    other = open_space("other")
    roster = runs.upload(space=other, by=None, name="x.csv", data=data(ROWS))

    url = reverse("community:roster_import", args=[space.slug, roster.public_id])

    assert client.get(url).status_code == 404


def test_script_in_a_nickname_is_shown_as_text(client, space):
    upload(client, space, data([["<script>alert(1)</script>小米", "19000000009", *[""] * 6]]))
    roster = RosterImport.objects.get()

    page = client.get(address(roster)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
