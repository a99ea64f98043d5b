"""Templates of camps: staff read them, who manages a space brings them in."""

from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts.forms.templates import seal
from community.services import form_tokens
from tests.matrix.routes import Route
from tests.matrix.world import World

YAML = b"template: small\nlanguage: en\ntitle: Small\ndays: 1\n"
SHEET = "步骤,时间\n建群,D1 09:00\n".encode()
HERE = {"public_id": "the_version.public_id"}
AWAY = {"public_id": "away_the_version.public_id"}


def a_file(world: World) -> dict[str, object]:
    file = SimpleUploadedFile("small.yaml", YAML)
    return {"file": file, "space": world.home.pk, "form_token": form_tokens.issue()}


def a_sheet(world: World) -> dict[str, object]:
    sheet = seal(world.home, "sop.csv", SHEET)
    return {"sheet": sheet, "title": "From a sheet", "form_token": form_tokens.issue()}


READ = "guests: login; signed_in: 404; camp_staff: 200; managers: 200"
NO_POST = "guests: login; signed_in: 405"
STAFF = "guests: login; signed_in: 403; camp_staff: 200; managers: 200; same_role_other_space: 200"
MANAGE = "guests: login; signed_in: 403; managers: 200; same_role_other_space: 200"

ROUTES = [
    Route("cohorts:template_list", get=STAFF, post=NO_POST),
    Route("cohorts:template", at=HERE, foreign=AWAY, get=READ, post=NO_POST),
    Route(
        "cohorts:template_step",
        at=HERE | {"key": "the_task.step.key"},
        foreign=AWAY | {"key": "away_the_task.step.key"},
        get=READ,
        post=NO_POST,
    ),
    Route(
        "cohorts:template_lesson",
        at=HERE | {"day": "the_lesson.day"},
        foreign=AWAY | {"day": "no_such_day"},
        get=READ,
        post=NO_POST,
    ),
    Route(
        "cohorts:template_day",
        at=HERE | {"day": "the_task.day"},
        foreign=AWAY | {"day": "no_such_day"},
        get=READ,
        post=NO_POST,
    ),
    Route("cohorts:template_export", at=HERE, foreign=AWAY, get=READ, post=NO_POST),
    Route(
        "cohorts:template_import",
        data=a_file,
        get=MANAGE,
        post=(
            "guests: login; signed_in: 403; same_role_other_space: 422; managers: 302 "
            "+auditevent +camptemplate +formtoken +templateversion"
        ),
    ),
    Route(
        "cohorts:template_sheet",
        data=a_sheet,
        get=NO_POST,
        post=(
            "guests: login; signed_in: 403; same_role_other_space: 404; managers: 302 "
            "+auditevent +camptemplate +formtoken +sopstep +templateversion"
        ),
    ),
]
