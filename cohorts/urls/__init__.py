"""Every address of cohorts, by noun."""

from cohorts.urls import board, camps, care, learning, templates

app_name = "cohorts"
urlpatterns = [
    *templates.urlpatterns,
    *camps.urlpatterns,
    *board.urlpatterns,
    *care.urlpatterns,
    *learning.urlpatterns,
]
