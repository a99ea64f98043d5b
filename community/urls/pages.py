from django.urls import path

from community.views import health, pages

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("today/", pages.today, name="today"),
    path("ops/", pages.work, name="work"),
    path("people/", pages.people_index, name="people_index"),
    path("help/", pages.help_page, name="help"),
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
]
