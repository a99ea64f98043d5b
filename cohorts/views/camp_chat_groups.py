"""The chat groups of a camp on other platforms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cohorts.forms.camps import ChatGroupForm, ChatGroupNameForm
from cohorts.services import chat_groups
from cohorts.views.scope import camp_for
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.services import form_tokens


@access.requires("cohorts.staff_camp")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def camp_chat_groups(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, the closed ones last, and a form for one more. Two queries."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    form = ChatGroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chat_groups.add(room=camp.room, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The chat group is there."))
            return redirect("cohorts:camp_chat_groups", slug)
    rows = list(camp.room.chat_groups.all())
    context = {
        "camp": camp,
        "form": form,
        "open": [group for group in rows if group.closed_at is None],
        "closed": [group for group in rows if group.closed_at is not None],
    }
    return render(request, "cohorts/camp_chat_groups.html", context, status=status_of(form))


@access.requires("cohorts.staff_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def camp_chat_group(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Call it otherwise, or close it (``do=close``)."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    group = get_object_or_404(
        camp.room.chat_groups.select_related("room__space"), public_id=public_id
    )
    if request.POST.get("do") == "close":
        chat_groups.close(group=group, by=request.user)
        messages.success(request, _("%(group)s is closed.") % {"group": group})
        return redirect("cohorts:camp_chat_groups", slug)
    sent = request.POST if request.method == "POST" else None
    form = ChatGroupNameForm(sent, initial={"name": group.name})
    if request.method == "POST" and form.is_valid():
        try:
            chat_groups.rename(group=group, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The chat group has a new name."))
            return redirect("cohorts:camp_chat_groups", slug)
    context = {"camp": camp, "group": group, "form": form}
    return render(request, "cohorts/camp_chat_group.html", context, status=status_of(form))
