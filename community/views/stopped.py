"""The desk's list of addresses that mail no longer goes to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, pages
from community.errors import DomainError
from community.forms.delivery import ReasonForm
from community.forms.refusal import refuse, status_of
from community.services import stopped


@access.requires("community.see_delivery")
@require_safe
def stopped_list(request: HttpRequest) -> HttpResponse:
    """Masked, newest first. One query."""
    access.check(request, "community.see_delivery")
    page = pages.page(stopped.all_stopped(), by="-id", cursor=request.GET.get("after", ""))
    return render(request, "community/stopped_list.html", {"page": page})


@access.requires("community.see_delivery")
@require_http_methods(["GET", "HEAD", "POST"])
def stopped_lift(request: HttpRequest, stop: str) -> HttpResponse:
    """Lift one by hand, with a reason. One query to show it."""
    row = access.get_permitted(
        request, stopped.all_stopped(), "community.see_delivery", public_id=stop
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stopped.lift(stop=row, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("It is done and written down."))
            return redirect("community:stopped_list")
    context = {"stop": row, "form": form}
    return render(request, "community/stopped_lift.html", context, status=status_of(form))
