"""Every address of community, by noun."""

from community.urls import accounts, appearance, delivery, desk, pages, roles, rosters, spaces, uploads

app_name = "community"
urlpatterns = [
    *pages.urlpatterns,
    *accounts.urlpatterns,
    *spaces.urlpatterns,
    *appearance.urlpatterns,
    *desk.urlpatterns,
    *delivery.urlpatterns,
    *roles.urlpatterns,
    *rosters.urlpatterns,
    *uploads.urlpatterns,
]
