"""Who holds which role beyond rooms: the operators' desk for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import access, pages
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.forms.roles import GrantForm
from community.models import RoleGrant
from community.services import roles


@access.requires("community.operate")
@require_http_methods(["GET", "HEAD", "POST"])
def role_list(request: HttpRequest) -> HttpResponse:
    """All grants, newest first, and a form for a new one. Two queries."""
    access.check(request, "community.operate")
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            held = roles.grant(by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            granted = {"name": held.member, "role": held.get_role_display()}
            messages.success(request, _("%(name)s holds the role %(role)s.") % granted)
            return redirect("community:role_list")
    listed = RoleGrant.objects.select_related("member", "space")
    page = pages.page(listed, by="-granted_at", cursor=request.GET.get("after", ""))
    context = {"form": form, "page": page}
    return render(request, "community/role_list.html", context, status=status_of(form))


@access.requires("community.operate")
@require_POST
def role_revoke(request: HttpRequest, grant: int) -> HttpResponse:
    access.check(request, "community.operate")
    held = get_object_or_404(RoleGrant.objects.select_related("member", "space"), pk=grant)
    try:
        roles.revoke(held=held, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        revoked = {"name": held.member, "role": held.get_role_display()}
        messages.success(request, _("%(name)s no longer holds the role %(role)s.") % revoked)
    return redirect("community:role_list")
