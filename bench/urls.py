"""The site's addresses, and one more for the floors."""

from django.urls import include, path

from bench.pages import floor_view

urlpatterns = [
    path("floor/<slug:name>/", floor_view),
    path("", include("config.urls")),
]
