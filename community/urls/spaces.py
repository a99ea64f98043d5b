from django.urls import path

from community.views import spaces

urlpatterns = [
    path("spaces/", spaces.space_list, name="space_list"),
    path("c/<slug:space>/", spaces.space_detail, name="space_detail"),
    path("c/<slug:space>/leave/", spaces.space_leave, name="space_leave"),
]
