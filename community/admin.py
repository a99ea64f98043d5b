"""The operator's look at the rows, on its own path. Reading only.

Who is in a space, who holds a role, what was sent: each has services that keep its rules, write
down who did it, and are reached by a page. A form that writes past them would be a second truth.
Third parties register themselves with Django's default site, which has no address here: it would
show second factors and tokens.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from community import models


class OperatorSite(admin.AdminSite):
    """``admin:`` in addresses. Who may come here is decided before it is asked, by the policy."""

    site_header = site_title = "沙里金 · Shalijin"
    final_catch_all_view = False
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Nothing here takes a POST but signing out."""
        methods = ["POST"] if view == self.logout else ["GET", "HEAD"]
        return super().admin_view(require_http_methods(methods)(view), cacheable)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A password is changed on one page only, which asks for the old one and tells her."""
        return redirect("community:password")


class ReadOnly(admin.ModelAdmin):
    """Lists and shows; nothing can be added, changed or deleted."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MemberAdmin(ReadOnly):
    list_display = ("handle", "display_name", "state", "is_minor", "created_at")
    list_filter = ("state", "is_minor")
    search_fields = ("handle", "display_name")
    exclude = ("password",)


class SpaceAdmin(ReadOnly):
    list_display = ("slug", "name", "visibility", "timezone", "created_at")
    search_fields = ("slug", "name")


class MembershipAdmin(ReadOnly):
    list_display = ("space", "member", "role", "state", "joined_at")
    list_filter = ("role", "state")
    list_select_related = ("space", "member")
    search_fields = ("space__slug", "member__handle")


class RoleGrantAdmin(ReadOnly):
    list_display = ("member", "role", "space", "granted_at")
    list_filter = ("role",)
    list_select_related = ("space", "member")


class AuditEventAdmin(ReadOnly):
    list_display = ("at", "action", "actor", "subject_type", "subject", "space")
    search_fields = ("action", "actor", "subject", "space")


site = OperatorSite(name="admin")
site.register(models.Member, MemberAdmin)
site.register(models.Space, SpaceAdmin)
site.register(models.Membership, MembershipAdmin)
site.register(models.RoleGrant, RoleGrantAdmin)
site.register(models.AuditEvent, AuditEventAdmin)
