"""What a camp is told each day, for those who post it and for those who read it."""

import datetime as dt

from django.urls import path, register_converter

from cohorts.views import announcing


class DateConverter:
    """2026-03-02. A day that no calendar has is an address that leads nowhere."""

    regex = "[^/]+"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date | str) -> str:
        return str(value)


register_converter(DateConverter, "date")

urlpatterns = [
    path("ops/camp/<slug:slug>/announce/", announcing.announcements, name="announcements"),
    path(
        "ops/camp/<slug:slug>/announce/<date:date>/", announcing.announcement, name="announcement"
    ),
    path(
        "ops/camp/<slug:slug>/announce/<date:date>/posted/",
        announcing.announcement_post,
        name="announcement_post",
    ),
    path(
        "ops/camp/<slug:slug>/announce/<date:date>/back/",
        announcing.announcement_back,
        name="announcement_back",
    ),
    path(
        "ops/camp/<slug:slug>/announce/<date:date>/edit/",
        announcing.announcement_edit,
        name="announcement_edit",
    ),
    path(
        "c/<slug:space>/camp/<slug:slug>/announcements/",
        announcing.announcement_list,
        name="announcement_list",
    ),
]
