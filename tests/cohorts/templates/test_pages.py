"""Templates in the browser: read, tried, taken out, brought in."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cohorts.models import RoleWord, TemplateVersion
from cohorts.services.templates import document, publish
from community.services import form_tokens, spaces
from tests.cohorts.templates.test_document import GOOD
from tests.factories import MemberFactory

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data" / "sop.csv"
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    member = MemberFactory()
    client.force_login(member)
    return member


@pytest.fixture
def space(owner):
    return spaces.open_space(owner=owner, name="Home", slug="home")


def send(client, space, name: str, content: bytes):
    return client.post(
        reverse("cohorts:template_import"),
        {
            "file": SimpleUploadedFile(name, content),
            "space": space.pk,
            "form_token": form_tokens.issue(),
        },
    )


def test_a_yaml_file_becomes_a_version_and_comes_out_to_the_byte(client, space):
    answer = send(client, space, "camp.yaml", GOOD.encode())

    version = TemplateVersion.objects.get(template__space=space)
    assert (answer.status_code, answer["Location"]) == (302, version.get_absolute_url())
    out = client.get(reverse("cohorts:template_export", args=[version.public_id]))
    assert out.content.decode() == GOOD

    send(client, space, "again.yaml", GOOD.encode())
    assert TemplateVersion.objects.filter(template__space=space).count() == 1
    send(client, space, "newer.yaml", GOOD.replace("Three days", "Three more days").encode())
    assert TemplateVersion.objects.filter(template__space=space).count() == 2


def test_a_wrong_file_is_refused_with_its_lines_and_nothing_is_kept(client, space):
    broken = GOOD.replace("role: lead", "role: captain").replace("D3\n", "D9\n")

    answer = send(client, space, "camp.yaml", broken.encode())

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<td>11</td>" in page
    assert "“captain” is not known here" in page
    assert not TemplateVersion.objects.exists()


@pytest.mark.parametrize(
    "part", ["steps", "lessons", "announcements", "scripts", "games", "awards"]
)
def test_every_part_of_a_template_can_be_read(client, space, part):
    version = publish.publish(document.parse(GOOD, "camp.yaml"), space=space)

    answer = client.get(version.get_absolute_url(), {"part": part})

    expected = {
        "steps": "Open the staff room",
        "lessons": "One sentence",
        "announcements": "Good morning, day {{ day }}.",
        "scripts": "Good morning from {{ camp.name }}.",
    }.get(part, "This template has none.")
    assert expected in answer.content.decode()


def test_a_day_is_tried_as_one_role_sees_it(client, space):
    version = publish.publish(document.parse(GOOD, "camp.yaml"), space=space)
    where = reverse("cohorts:template_day", args=[version.public_id, 1])

    page = client.get(where, {"role": "assistant"}).content.decode()
    assert "08:30 · Post the announcement" in page
    assert "Good morning, day 1." in page  # filled, as it would be read
    assert "Nothing is due for this role" in client.get(where, {"role": "lead"}).content.decode()
    assert (
        client.get(reverse("cohorts:template_day", args=[version.public_id, 9])).status_code == 404
    )


def test_no_number_of_steps_costs_another_query(client, space, django_assert_max_num_queries):
    versions = []
    for steps in (1, 3):
        more = "".join(
            f"  - key: more-{n}\n    title: More {n}\n    phase: course\n    role: lead\n"
            f"    due: D1 1{n}:00\n"
            for n in range(steps)
        )
        text = GOOD.replace("lessons:\n", more + "lessons:\n").replace("three-days", f"t-{steps}")
        versions.append(publish.publish(document.parse(text, "x"), space=space))
    counts = []
    for version in versions:
        where = reverse("cohorts:template_day", args=[version.public_id, 1])
        for address in (version.get_absolute_url(), where):
            client.get(address)
            with django_assert_max_num_queries(7) as asked:
                client.get(address)
            counts.append(len(asked))

    assert counts[:2] == counts[2:]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared input files are not here")
def test_a_sheet_is_shown_first_and_its_roles_are_asked_for_once(client, space):
    preview = send(client, space, "sop.csv", SHARED.read_bytes())

    page = preview.content.decode()
    assert not TemplateVersion.objects.exists()
    for said in ("夜间值班", "D8 25:00", "Line 27", "加餐课", "D20 20:00", "Line 31"):
        assert said in page
    form = preview.context["form"]
    assert form.words == ["技术", "讲师", "项目人", "学员"]
    answers = {"role_0": "assistant", "role_1": "presenter", "role_2": "lead", "role_3": ""}
    data = {"sheet": form.initial["sheet"], "title": "Our SOP", "form_token": form_tokens.issue()}

    answer = client.post(reverse("cohorts:template_sheet"), data | answers)

    version = TemplateVersion.objects.get()
    assert answer["Location"] == version.get_absolute_url()
    assert (version.title, version.steps.count()) == ("Our SOP", 32)
    assert RoleWord.objects.get(space=space, word="技术").role == "assistant"
    again = send(client, space, "sop.csv", SHARED.read_bytes())
    assert again.context["form"].words == []


def test_a_preview_that_was_changed_on_the_way_is_refused(client, space):
    data = {"sheet": "forged", "title": "x", "form_token": form_tokens.issue()}

    answer = client.post(reverse("cohorts:template_sheet"), data, follow=True)

    assert "This preview is too old. Choose the file again." in answer.content.decode()
    assert not TemplateVersion.objects.exists()
