"""The highlights of a camp: put together by staff, read by its people."""

from django.urls import path

from cohorts.urls import announcing  # noqa: F401  registers the converter of dates
from cohorts.views import highlight_pages, highlight_sources, highlights

DESK = "ops/camp/<slug:slug>/"
DAY = f"{DESK}highlights/<date:date>/"
HOME = "c/<slug:space>/camp/<slug:slug>/highlights/"

urlpatterns = [
    path(f"{DESK}highlights/", highlights.highlights_days, name="highlights_days"),
    path(DAY, highlights.highlights_edit, name="highlights_edit"),
    path(f"{DAY}paste/", highlight_sources.highlights_paste, name="highlights_paste"),
    path(f"{DAY}picture/", highlight_sources.highlights_picture, name="highlights_picture"),
    path(
        f"{DESK}star/check-in/<slug:public_id>/",
        highlight_sources.star_check_in,
        name="star_check_in",
    ),
    path(
        f"{DESK}star/introduction/<slug:handle>/",
        highlight_sources.star_introduction,
        name="star_introduction",
    ),
    path(HOME, highlight_pages.highlight_list, name="highlight_list"),
    path(f"{HOME}<date:date>/", highlight_pages.highlights, name="highlights"),
]
