"""The admin site: operators only, and for reading only."""

from django.contrib.contenttypes.models import ContentType

from community import admin
from community.models import Member
from tests.matrix.routes import Route
from tests.matrix.world import World

OPERATOR = "guests: login; signed_in: 403; operator: "
NOTHING = OPERATOR + "405"
OWN_IDS = "Only operators come here, and they are operators of all spaces."


def add_to(world: World) -> dict[str, object]:
    """One row of each model that the site shows."""
    shown = {
        f"shown_{model._meta.model_name}": model._default_manager.order_by("pk").first()
        for model in admin.site._registry
    }
    member_type = ContentType.objects.get_for_model(Member)
    return shown | {"shown_app": "community", "member_type": member_type}


def of_model(label: str) -> list[Route]:
    at = {"object_id": f"shown_{label.split('_')[1]}.pk"}
    only = {"at": at, "foreign": OWN_IDS}
    return [
        Route(f"admin:{label}_changelist", get=OPERATOR + "200", post=NOTHING),
        Route(f"admin:{label}_add", get=OPERATOR + "403", post=NOTHING),
        Route(f"admin:{label}_history", **only, get=OPERATOR + "200", post=NOTHING),
        Route(f"admin:{label}_delete", **only, get=OPERATOR + "403", post=NOTHING),
        Route(f"admin:{label}_change", **only, get=OPERATOR + "200", post=NOTHING),
        Route(
            f"operator-admin/{label.replace('_', '/')}/<path:object_id>/",
            **only,
            path=f"/operator-admin/{label.replace('_', '/')}/{{object_id}}/",
            get=OPERATOR + "302",
            post=NOTHING,
        ),
    ]


ROUTES = [
    Route("admin:index", get=OPERATOR + "200", post=NOTHING),
    Route("admin:logout", get=NOTHING, post=OPERATOR + "302"),
    Route("admin:password_change", get=OPERATOR + "302", post=NOTHING),
    Route("admin:password_change_done", get=OPERATOR + "200", post=NOTHING),
    Route("admin:autocomplete", get="guests: login; signed_in: 403", post=NOTHING),
    Route("admin:jsi18n", get=OPERATOR + "200", post=NOTHING),
    Route("admin:login", get="guests: login; signed_in: 403", post="all: 405"),
    Route(
        "operator-admin/login/",
        path="/operator-admin/login/",
        get="guests: login; signed_in: 403",
        post="all: 405",
    ),
    Route(
        "admin:view_on_site",
        at={"content_type_id": "member_type.pk", "object_id": "shown_member.pk"},
        foreign=OWN_IDS,
        get=OPERATOR + "404",
        post=NOTHING,
    ),
    Route(
        "admin:app_list",
        at={"app_label": "shown_app"},
        foreign="The names of the apps.",
        get=OPERATOR + "200",
        post=NOTHING,
    ),
    *(
        route
        for model in admin.site._registry
        for route in of_model(f"{model._meta.app_label}_{model._meta.model_name}")
    ),
]
