"""For the people who run spaces: introductions that wait, requests for help, flags, watched words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.errors import DomainError
from community.forms.answering import FlagForm, WatchWordForm
from community.forms.refusal import refuse, status_of
from community.models import Flag, Greeting, HelpRequest, Space
from community.models.audience import LEVEL, Audience
from community.services import form_tokens, greetings, help_requests, watch
from community.services.watch import staffed
from community.views.profile import praise_page, unlisted

MOST = 50


@access.requires("community.answer_introductions")
@require_safe
def greeting_list(request: HttpRequest) -> HttpResponse:
    """Who waits for a first answer, the oldest first. One query."""
    access.check(request, "community.answer_introductions")
    waiting = list(greetings.queue(request.user))
    return unlisted(
        render(
            request,
            "community/greeting_list.html",
            {
                "greetings": waiting[:MOST],
                "overview": greetings.overview(waiting),
                "left_out": max(0, len(waiting) - MOST),
            },
        )
    )


@access.requires("community.answer_introductions")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def greeting(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer one. Who was faster is shown with what they wrote (409)."""
    reachable = Greeting.objects.in_spaces(staffed(request.user)).select_related(
        "space", "introduction__member", "introduction__member__contact_preference"
    )
    found = access.get_permitted(
        request, reachable, "community.answer_introductions", public_id=public_id
    )
    row = found.introduction
    row.member.level = LEVEL[Audience.STAFF]
    return praise_page(
        request,
        row,
        back=reverse("community:greeting_list"),
        first=found.state == Greeting.State.WAITING,
    )


@access.requires("community.answer_introductions")
@require_safe
def help_request_list(request: HttpRequest) -> HttpResponse:
    """Who wants to write together with somebody, the oldest first. One query."""
    access.check(request, "community.answer_introductions")
    return unlisted(
        render(
            request,
            "community/help_request_list.html",
            {"requests": list(help_requests.queue(request.user)[:MOST])},
        )
    )


ACTS = {
    "take": (help_requests.take, lambda: _("It is yours. Say hello, and sit down together.")),
    "give_back": (help_requests.give_back, lambda: _("It is open again for the others.")),
    "finish": (help_requests.finish, lambda: _("Done. Thank you.")),
}


@access.requires("community.answer_introductions")
@require_POST
def help_request_act(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take it on, give it back, or finish it; of two at once one takes it, and the other is told
    who did."""
    reachable = HelpRequest.objects.filter(space__in=staffed(request.user)).select_related("space")
    found = access.get_permitted(
        request, reachable, "community.answer_introductions", public_id=public_id
    )
    act, said = ACTS.get(request.POST.get("do", ""), ACTS["take"])
    try:
        act(request=found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said())
    return redirect("community:help_request_list")


@access.requires("community.see_flags")
@require_safe
def flag_list(request: HttpRequest) -> HttpResponse:
    """What was found in texts; for staff only, never for the writer. Two queries."""
    access.check(request, "community.see_flags")
    flags = watch.flags_for(request.user)
    return unlisted(
        render(
            request,
            "community/flag_list.html",
            {
                "open": flags.filter(state=Flag.State.OPEN).order_by("found_at")[:MOST],
                "closed": flags.exclude(state__in=[Flag.State.OPEN, Flag.State.GONE]).order_by(
                    "-closed_at"
                )[:20],
                "form": FlagForm(),
                "may_change_words": request.user.has_perm("community.change_watch_words"),
            },
        )
    )


@access.requires("community.see_flags")
@require_POST
def flag_close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Clear it, or take it up with the writer."""
    found = access.get_permitted(
        request, watch.flags_for(request.user), "community.see_flags", public_id=public_id
    )
    form = FlagForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    upheld = request.POST.get("do") == "uphold"
    try:
        watch.close(
            flag=found,
            by=request.user,
            state=Flag.State.UPHELD if upheld else Flag.State.CLEARED,
            note=note,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Taken up.") if upheld else _("Cleared. The same text flags no more.")
        )
    return redirect("community:flag_list")


@access.requires("community.change_watch_words")
@require_http_methods(["GET", "HEAD", "POST"])
def watch_words(request: HttpRequest) -> HttpResponse:
    """The words that are watched for in the spaces she manages."""
    access.check(request, "community.change_watch_words")
    roles = request.user.standing.spaces
    manages = [key for key, role in roles.items() if role in ("owner", "manager")]
    form = WatchWordForm(
        request.POST or None,
        spaces=Space.objects.filter(pk__in=manages),
        everywhere=request.user.standing.has_grant("operator"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            watch.add_word(by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("It is watched for in what is published from now on."))
            return redirect("community:watch_words")
    context = {"form": form, "words": watch.words_for(request.user)}
    return render(request, "community/watch_words.html", context, status=status_of(form))


@access.requires("community.change_watch_words")
@require_POST
def watch_word_remove(request: HttpRequest, word: int) -> HttpResponse:
    """Watch for it no longer; flags that it made stay until they are closed."""
    access.check(request, "community.change_watch_words")
    found = get_object_or_404(watch.words_for(request.user), pk=word)
    found.delete()
    messages.success(request, _("“%(word)s” is not watched any more.") % {"word": found.word})
    return redirect("community:watch_words")
