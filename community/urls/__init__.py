"""Every address of community, by noun."""

from community.urls import accounts, appearance, desk, pages, roles, spaces

app_name = "community"
urlpatterns = [
    *pages.urlpatterns,
    *accounts.urlpatterns,
    *spaces.urlpatterns,
    *appearance.urlpatterns,
    *desk.urlpatterns,
    *roles.urlpatterns,
]
