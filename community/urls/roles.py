"""The operators' desk for roles beyond rooms."""

from django.urls import path

from community.views import roles

urlpatterns = [
    path("desk/roles/", roles.role_list, name="role_list"),
    path("desk/roles/<int:grant>/revoke/", roles.role_revoke, name="role_revoke"),
]
