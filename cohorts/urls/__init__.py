"""Every address of cohorts, by noun."""

from cohorts.urls import announcing, board, camps, care, highlights, learning, templates

app_name = "cohorts"
urlpatterns = [
    *templates.urlpatterns,
    *camps.urlpatterns,
    *board.urlpatterns,
    *announcing.urlpatterns,
    *care.urlpatterns,
    *highlights.urlpatterns,
    *learning.urlpatterns,
]
