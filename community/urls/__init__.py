"""Every address of community, by noun."""

from community.urls import (
    accounts,
    appearance,
    delivery,
    intro,
    late,
    notifications,
    pages,
    profile,
    robots,
    roles,
    rosters,
    spaces,
    uploads,
)

app_name = "community"
urlpatterns = [
    *pages.urlpatterns,
    *accounts.urlpatterns,
    *spaces.urlpatterns,
    *appearance.urlpatterns,
    *delivery.urlpatterns,
    *late.urlpatterns,
    *roles.urlpatterns,
    *robots.urlpatterns,
    *rosters.urlpatterns,
    *intro.urlpatterns,
    *notifications.urlpatterns,
    *profile.urlpatterns,
    *uploads.urlpatterns,
]
