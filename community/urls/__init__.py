"""Every address of community, by noun."""

from community.urls import (
    accounts,
    appearance,
    delivery,
    intro,
    late,
    pages,
    profile,
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
    *rosters.urlpatterns,
    *intro.urlpatterns,
    *profile.urlpatterns,
    *uploads.urlpatterns,
]
