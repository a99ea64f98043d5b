"""Every address of community, by noun."""

from community.urls import (
    accounts,
    appearance,
    delivery,
    intro,
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
    *roles.urlpatterns,
    *robots.urlpatterns,
    *rosters.urlpatterns,
    *intro.urlpatterns,
    *profile.urlpatterns,
    *uploads.urlpatterns,
]
