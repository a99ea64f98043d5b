"""Every address of community, by noun."""

from community.urls import accounts, appearance, desk, pages, spaces

app_name = "community"
urlpatterns = [
    *pages.urlpatterns,
    *accounts.urlpatterns,
    *spaces.urlpatterns,
    *appearance.urlpatterns,
    *desk.urlpatterns,
]
