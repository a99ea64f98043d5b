"""What did not go out by itself, for those who run rooms and spaces."""

from django.urls import path

from community.views import late

urlpatterns = [
    path("ops/late/", late.late_list, name="late_list"),
    path("ops/late/<str:run>/", late.run_detail, name="run_detail"),
    path("ops/late/<str:run>/send/", late.run_send, name="run_send"),
    path("ops/late/<str:run>/skip/", late.run_skip, name="run_skip"),
    path("ops/late/<str:run>/stop/", late.run_stop, name="run_stop"),
]
