"""Invitations: made by those who manage a space, opened by anybody who was given one."""

import io
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, pages
from community.errors import DomainError
from community.forms.invitations import CodeForm, InvitationForm
from community.forms.refusal import status_of
from community.models import Invitation
from community.services import form_tokens, invitations
from community.trust import ratelimit
from community.views.scope import space_for


@access.requires("community.invite_to_space")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_list(request: HttpRequest, space: str) -> HttpResponse:
    """The space's invitations, newest first, and a form for a new one. Two queries."""
    found = space_for(request, "community.invite_to_space", space)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = invitations.invite(space=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("The invitation is ready. Copy its link or show its code."))
        return redirect("community:invitation_detail", space, made.public_id)
    listed = found.invitations.select_related("created_by")
    page = pages.page(listed, by="-created_at", cursor=request.GET.get("after", ""))
    context = {"space": found, "form": form, "page": page}
    return render(request, "community/invitation_list.html", context, status=status_of(form))


@access.requires("community.invite_to_space")
@require_safe
def invitation_detail(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """One invitation, its link to copy and its QR code to show. Two queries."""
    found = _invitation_for(request, space, public_id)
    context = {"invitation": found, "space": found.space, "link": _link(found)}
    return render(request, "community/invitation_detail.html", context)


@access.requires("community.invite_to_space")
@require_safe
def invitation_qr(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """The link as a QR code, a drawing of its own: black on white in any theme, because it is
    photographed and printed."""
    found = _invitation_for(request, space, public_id)
    drawing = io.BytesIO()
    segno.make_qr(_link(found), error="m").save(
        drawing, kind="svg", scale=8, border=4, dark="#000", light="#fff"
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


@access.requires("community.invite_to_space")
@require_POST
def invitation_revoke(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    found = _invitation_for(request, space, public_id)
    if invitations.revoke(invitation=found, by=request.user):
        messages.success(request, _("The invitation can no longer be used."))
    return redirect("community:invitation_list", space)


@access.public
@require_safe
def invitation_find(request: HttpRequest) -> HttpResponse:
    """For who has the code on paper: a field for it, which leads to the invitation."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("community:invitation", form.cleaned_data["code"])
    return render(request, "community/invitation_find.html", {"form": form}, status=status_of(form))


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Who invites to what; accepting is a POST. A guest goes on to sign up with the code, which is
    accepted there. A code that is of no use, for whatever reason, is one and the same 404."""
    try:
        found = invitations.find(code=code)
    except DomainError as refusal:
        # Only codes that are of no use count: whoever has a good one may open it as often as she likes.
        ratelimit.hit("invitation", ratelimit.client_ip(request), limit=60, window=600)
        context = {"refusal": str(refusal)}
        return render(request, "community/invitation_useless.html", context, status=404)
    join = f"{resolve_url('community:join')}?{urlencode({'i': code})}"
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect(join)
    context = {"invitation": found, "space": found.space, "join": join}
    if request.method == "POST":
        try:
            space = invitations.accept(code=code, member=request.user)
        except DomainError as refusal:
            context["refusal"] = str(refusal)
            return render(request, "community/invitation_useless.html", context, status=409)
        messages.success(request, _("You are in %(space)s now.") % {"space": space})
        return redirect(space)
    standing = request.user.standing if request.user.is_authenticated else None
    context["is_in"] = standing is not None and found.space_id in standing.spaces
    return render(request, "community/invitation.html", context)


def _invitation_for(request: HttpRequest, space: str, public_id: str) -> Invitation:
    """404 outside her spaces, 403 where she may not invite. Two queries."""
    found = space_for(request, "community.invite_to_space", space)
    return get_object_or_404(found.invitations.select_related("created_by"), public_id=public_id)


def _link(found: Invitation) -> str:
    return settings.BASE_URL + found.get_absolute_url()
