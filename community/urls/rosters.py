"""Lists of people that staff bring into a space."""

from django.urls import path

from community.views import rosters

urlpatterns = [
    path("c/<slug:space>/import/", rosters.roster_list, name="roster_list"),
    path("c/<slug:space>/import/<slug:public_id>/", rosters.roster_import, name="roster_import"),
    path(
        "c/<slug:space>/import/<slug:public_id>/progress/",
        rosters.roster_progress,
        name="roster_progress",
    ),
    path(
        "c/<slug:space>/import/<slug:public_id>/confirm/",
        rosters.roster_confirm,
        name="roster_confirm",
    ),
    path(
        "c/<slug:space>/import/<slug:public_id>/discard/",
        rosters.roster_discard,
        name="roster_discard",
    ),
    path("c/<slug:space>/import/<slug:public_id>/on/", rosters.roster_go_on, name="roster_go_on"),
    path(
        "c/<slug:space>/import/<slug:public_id>/reasons.csv",
        rosters.roster_reasons,
        name="roster_reasons",
    ),
    path(
        "c/<slug:space>/import/<slug:public_id>/links/", rosters.roster_links, name="roster_links"
    ),
]
