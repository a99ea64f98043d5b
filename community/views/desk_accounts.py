"""The operator's desk for accounts: find one, suspend it, open it again, delete the person."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access
from community.errors import DomainError
from community.forms.people import ReasonForm
from community.forms.refusal import refuse, status_of
from community.models import Member
from community.services import members
from community.services.sign_in import normalise
from community.views.entrance import posted, read_or_post

MOST = 20
LONGEST_SEARCH = 254


@access.requires("community.operate")
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts by a part of the name or handle, or by the whole e-mail address: a part of an
    address finds nothing, so that nobody reads through them. One query."""
    access.check(request, "community.operate")
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = []
    if words:
        named = Q(handle__icontains=words) | Q(display_name__icontains=words)
        matching = Member.objects.filter(named | Q(email=normalise(words)))
        found = list(matching.exclude(state=Member.State.BLANKED).order_by("handle")[:MOST])
    context = {"words": words, "found": found, "most": MOST}
    return render(request, "community/account_list.html", context)


@access.requires("community.operate")
@read_or_post
def account_detail(request: HttpRequest, handle: str) -> HttpResponse:
    """One account: suspend it, or open it again. The reason is kept in the log of deeds."""
    member = _member(request, handle)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if member.state == Member.State.SUSPENDED:
                members.reinstate(member=member, by=request.user, reason=reason)
                messages.success(request, _("The account is open again."))
            else:
                members.suspend(member=member, by=request.user, reason=reason)
                messages.success(
                    request, _("The account is suspended. All its sessions have ended.")
                )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return redirect("community:account_detail", handle)
    context = {"person": member, "form": form}
    return render(request, "community/account_detail.html", context, status=status_of(form))


@access.requires("community.operate")
@read_or_post
def account_delete(request: HttpRequest, handle: str) -> HttpResponse:
    """Erase the person; the row stays without a name. This cannot be undone."""
    member = _member(request, handle)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            members.blank(member=member, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The person is erased."))
            return redirect("community:account_list")
    context = {"person": member, "form": form}
    return render(request, "community/account_delete.html", context, status=status_of(form))


def _member(request: HttpRequest, handle: str) -> Member:
    access.check(request, "community.operate")
    living = Member.objects.exclude(state=Member.State.BLANKED)
    return get_object_or_404(living, handle=handle)
