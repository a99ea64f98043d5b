"""What a camp is told each day, for those who write and post it and for those who read it."""

import datetime as dt

from django.urls import path, register_converter

from cohorts.views import (
    announcement_correcting,
    announcement_reading,
    announcement_schedule,
    announcing,
    composing,
)


class DateConverter:
    """2026-03-02. A day that no calendar has is an address that leads nowhere."""

    regex = "[^/]+"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date | str) -> str:
        return str(value)


register_converter(DateConverter, "date")

CAMP = "ops/camp/<slug:slug>/"
DAY = f"{CAMP}announce/<date:date>/"
READ = "c/<slug:space>/camp/<slug:slug>/announcements/"

urlpatterns = [
    path(f"{CAMP}announce/", announcing.announcements, name="announcements"),
    path(DAY, announcing.announcement, name="announcement"),
    path(f"{DAY}posted/", announcing.announcement_post, name="announcement_post"),
    path(f"{DAY}back/", announcing.announcement_back, name="announcement_back"),
    path(f"{DAY}seen/", announcing.announcement_seen, name="announcement_seen"),
    path(f"{DAY}edit/", composing.announcement_edit, name="announcement_edit"),
    path(f"{DAY}lint/", composing.announcement_lint, name="announcement_lint"),
    path(f"{DAY}state/", composing.announcement_state, name="announcement_state"),
    path(
        f"{DAY}correct/", announcement_correcting.announcement_correct, name="announcement_correct"
    ),
    path(
        f"{CAMP}corrections/<slug:public_id>/",
        announcement_correcting.correction_state,
        name="correction_state",
    ),
    path(f"{CAMP}chats/", announcing.chats, name="chats"),
    path(f"{CAMP}schedule/", announcement_schedule.schedule, name="schedule"),
    path(f"{CAMP}schedule/all/", announcement_schedule.schedule_all, name="schedule_all"),
    path(
        f"{CAMP}schedule/generate/",
        announcement_schedule.schedule_generate,
        name="schedule_generate",
    ),
    path(f"{CAMP}schedule/paste/", announcement_schedule.schedule_paste, name="schedule_paste"),
    path(READ, announcement_reading.announcement_list, name="announcement_list"),
    path(
        f"{READ}<slug:public_id>/", announcement_reading.announcement_read, name="announcement_read"
    ),
    path(
        f"{READ}<slug:public_id>/got-it/",
        announcement_reading.announcement_got,
        name="announcement_got",
    ),
]
