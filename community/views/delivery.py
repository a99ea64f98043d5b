"""The delivery desk: how messages stand, and what a person decides about those that failed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, pages
from community.errors import DomainError
from community.forms.delivery import DeedForm, SwitchForm, possible_deeds
from community.forms.refusal import refuse, status_of
from community.models import OutboxMessage, Switch
from community.services import delivery_desk, mail_faults, message_words, personal

DEEDS = {
    "again": delivery_desk.send_again,
    "give_up": delivery_desk.give_up,
    "noted": delivery_desk.note_twice,
}


@access.requires("community.see_delivery")
@require_safe
def delivery(request: HttpRequest) -> HttpResponse:
    """Last look, counts, and what waits for a person, newest first. Nine queries, however many
    messages there are."""
    access.check(request, "community.see_delivery")
    waiting = delivery_desk.waiting_for_a_person()
    page = pages.page(waiting, by="-id", cursor=request.GET.get("after", ""))
    for message in page.rows:
        message.name = message_words.name(message)
        message.fault = message_words.trouble(message)[0]
    overview, accounts = delivery_desk.overview(), mail_faults.standings()
    context = {
        "overview": overview,
        "page": page,
        "switches": _switches(overview),
        "accounts": accounts,
        "faulty": sum(each.account is not None for each in accounts),
    }
    return render(request, "community/delivery.html", context)


@access.requires("community.see_delivery")
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_message(request: HttpRequest, message: str) -> HttpResponse:
    """One message: what happened to it, and what shall happen now. One query to show it."""
    row = access.get_permitted(
        request,
        OutboxMessage.objects.select_related("member", "space", "robot__space", "run__room"),
        "community.see_delivery",
        public_id=message,
    )
    form = DeedForm(request.POST or None, message=row)
    if request.method == "POST" and form.is_valid():
        deed = DEEDS[form.cleaned_data["deed"]]
        try:
            deed(message=row, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("It is done and written down."))
            return redirect("community:delivery")
    fault, todo = message_words.trouble(row)
    context = {
        "message": row,
        "name": message_words.name(row),
        "template": personal.template_of(row),
        "form": form,
        "deeds": possible_deeds(row),
        "fault": fault,
        "todo": todo,
    }
    return render(request, "community/delivery_message.html", context, status=status_of(form))


@access.requires("community.see_delivery")
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_switch(request: HttpRequest, name: str) -> HttpResponse:
    """Hold or stop delivery, or let it go on; the form shows the opposite of what is so."""
    access.check(request, "community.see_delivery")
    on = Switch.objects.filter(name=name).select_related("by").first()
    turn = "off" if on else "on"
    form = SwitchForm(request.POST or None, initial={"turn": turn})
    if request.method == "POST" and form.is_valid():
        change = delivery_desk.switch_on if turn == "on" else delivery_desk.switch_off
        try:
            if form.cleaned_data["turn"] != turn:
                raise DomainError(_("Somebody has just changed this. Look at it again."))
            change(name=name, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("It is done and written down."))
            return redirect("community:delivery")
    context = {"form": form, "on": on, "name": name}
    return render(request, "community/delivery_switch.html", context, status=status_of(form))


def _switches(overview: delivery_desk.Overview) -> list[tuple[str, Switch | None]]:
    """Both switches in the order of the page, with their row if they are on."""
    return [(name, overview.switches.get(name)) for name in Switch.Name.values]
