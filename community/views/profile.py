"""A member's page, and what others do there: praise, vouch, not meet again."""

import io
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.errors import DomainError
from community.forms.answering import PraiseForm, RecogniseForm
from community.forms.refusal import refuse, status_of
from community.models import Article, Block, Introduction, Member, Praise
from community.models.audience import LEVEL, OWN, Audience
from community.services import blocks, form_tokens, praise, profiles, strength
from community.services.praise import AnsweredMeanwhile
from community.trust import ratelimit

# As short as the tabs of a phone are.
CIRCLES = (
    (Audience.PUBLIC.value, gettext_lazy("Everybody")),
    (Audience.SPACES.value, gettext_lazy("My spaces")),
    (Audience.CAMP.value, gettext_lazy("Camp")),
    (Audience.STAFF.value, gettext_lazy("Staff")),
)


def unlisted(response: HttpResponse) -> HttpResponse:
    """For pages about people: no search engine keeps them, and no cache between us and the
    reader."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    return response


def page_of(request: HttpRequest, handle: str) -> tuple[Member, int] | None:
    """The member at ``handle`` and how near the reader stands; None if there is no page for her.
    One query."""
    member = profiles.find(handle, request.user)
    if member is None or not profiles.is_reachable(member, member.level):  # type: ignore[attr-defined]
        return None
    return member, member.level  # type: ignore[attr-defined]


def nobody(request: HttpRequest) -> HttpResponse:
    """The same answer for an unknown handle and for one that must not be found: "not found", or
    for who is not signed in, to do that first."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.get_full_path(), resolve_url("community:login"))


@access.public
@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Her page as the reader sees it. The owner sees with ``?as=`` what others do. At most five
    queries beside the session, and one for each kind of badge that apps above have registered."""
    found = page_of(request, handle)
    if found is None:
        return nobody(request)
    member, level = found
    seen_as = request.GET.get("as", "") if level == OWN else ""
    if seen_as in Audience.values:
        level = LEVEL[Audience(seen_as)]
    shown = profiles.profile_of(member, request.user, level)
    is_own = member.pk == request.user.pk
    row = getattr(member, "introduction", None)
    context: dict[str, Any] = {
        "profile": shown,
        "badges": profiles.badges_of(member, request.user, level),
        "is_own": is_own,
        "seen_as": seen_as,
        "circles": CIRCLES,
        "is_stranger": not request.user.is_authenticated,
        "may_answer": not is_own and level >= LEVEL[Audience.SPACES],
        "vouches": any(item.by_id == request.user.pk for item in shown.recognitions),
        "share_url": request.build_absolute_uri(reverse("community:profile", args=[handle])),
        "row": row,
    }
    if is_own and row is not None and row.is_published:
        context["strength_word"] = strength.word_for(row.strength)
    return unlisted(render(request, "community/profile.html", context))


@access.public
@require_safe
def profile_qr(request: HttpRequest, handle: str) -> HttpResponse:
    """The page's address as a QR code, black on white in any theme: it is photographed."""
    if page_of(request, handle) is None:
        return nobody(request)
    link = request.build_absolute_uri(reverse("community:profile", args=[handle]))
    drawing = io.BytesIO()
    segno.make_qr(link, error="m").save(
        drawing, kind="svg", scale=8, border=4, dark="#000", light="#fff"
    )
    return unlisted(HttpResponse(drawing.getvalue(), content_type="image/svg+xml"))


@access.public
@require_safe
def article(request: HttpRequest, handle: str, slug: str) -> HttpResponse:
    """One of her texts, for those it is meant for; the others learn nothing of it."""
    member = profiles.find(handle, request.user)
    if member is None:
        return nobody(request)
    level = member.level  # type: ignore[attr-defined]
    text = Article.objects.filter(member=member).readable_at(level).filter(slug=slug).first()
    if text is None:
        return nobody(request)
    text.member = member
    row = profiles.introduction_at(member, level)
    name = row.nickname if row is not None else str(member)
    context = {
        "article": text,
        "member": member,
        "author": name if level > 0 or row is not None else "",
        "is_own": level == OWN,
        "has_page": profiles.is_reachable(member, level),
    }
    return unlisted(render(request, "community/article.html", context))


def introduction_for(request: HttpRequest, handle: str) -> Introduction:
    """The introduction that a member of one of her spaces may answer; 404 otherwise. One query."""
    found = page_of(request, handle)
    row = profiles.introduction_at(*found) if found else None
    if found is None or row is None or found[1] < LEVEL[Audience.SPACES]:
        raise Http404
    row.member = found[0]
    return row


@access.signed_in
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def give_praise(request: HttpRequest, handle: str) -> HttpResponse:
    """Praise one concrete thing. 409 with the other's words if staff answered meanwhile."""
    row = introduction_for(request, handle)
    return praise_page(request, row, back=reverse("community:profile", args=[handle]))


def praise_page(
    request: HttpRequest, row: Introduction, *, back: str, first: bool = False
) -> HttpResponse:
    """The form that answers ``row``; ``first`` if it is waiting for its first answer."""
    form = PraiseForm(request.POST or None, initial={"first": first})
    theirs = None
    if request.method == "POST" and form.is_valid():
        ratelimit.hit("praise", request.user.pk, limit=60, window=3_600)
        try:
            praise.give(
                introduction=row,
                by=request.user,
                part=form.part_or_other(),
                text=form.cleaned_data["text"],
                as_first=form.cleaned_data["first"],
            )
        except AnsweredMeanwhile as other:
            theirs = other.praise
            form = PraiseForm(initial=form.cleaned_data | {"first": False})
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(name)s can read it now.") % {"name": row.nickname})
            return redirect(back)
    profile = profiles.profile_of(row.member, request.user, row.member.level)  # type: ignore[attr-defined]
    context = {"form": form, "profile": profile, "theirs": theirs, "back": back}
    status = 409 if theirs else status_of(form)
    return unlisted(render(request, "community/praise.html", context, status=status))


@access.signed_in
@require_POST
def take_praise_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hers to take back, and the praised one's to take off her page."""
    found = (
        Praise.objects.filter(public_id=public_id).select_related("introduction__member").first()
    )
    if found is None or request.user.pk not in (found.by_id, found.introduction.member_id):
        raise Http404
    praise.take_back(praise=found, by=request.user)
    messages.success(request, _("It is gone."))
    return redirect(found.introduction)


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def recognise(request: HttpRequest, handle: str) -> HttpResponse:
    """Say with one's name that one knows who this is, or take it back, as often as one likes."""
    if request.POST.get("do") != "undo":
        return _vouch(request, handle)
    praise.unrecognise(member=_mate(request, handle), by=request.user)
    messages.success(request, _("You do not vouch for anybody here any more."))
    return redirect("community:profile", handle)


@form_tokens.once
def _vouch(request: HttpRequest, handle: str) -> HttpResponse:
    member = _mate(request, handle)
    form = RecogniseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            praise.recognise(member=member, by=request.user, how=form.cleaned_data["how"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, _("You know who %(name)s is, and others can read it.") % {"name": member}
            )
            return redirect("community:profile", handle)
    context = {"form": form, "member": member}
    return unlisted(render(request, "community/recognise.html", context, status=status_of(form)))


def _mate(request: HttpRequest, handle: str) -> Member:
    """Somebody of a space of the reader's; 404 otherwise. One query."""
    found = page_of(request, handle)
    if found is None or found[1] < LEVEL[Audience.SPACES]:
        raise Http404
    return found[0]


@access.signed_in
@require_POST
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """The two do not find each other any more."""
    found = page_of(request, handle)
    if found is None or found[1] < LEVEL[Audience.SPACES] or found[1] == OWN:
        raise Http404
    blocks.block(member=request.user, other=found[0])
    messages.success(request, _("You will not meet %(name)s any more.") % {"name": found[0]})
    return redirect("community:blocked")


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom she does not want to meet; a POST meets one of them again. One query."""
    rows = Block.objects.filter(member=request.user).select_related("blocked")
    if request.method == "POST":
        found = rows.filter(blocked__public_id=request.POST.get("who", "")).first()
        if found is None:
            raise Http404
        blocks.unblock(member=request.user, other=found.blocked)
        messages.success(request, _("You can meet %(name)s again.") % {"name": found.blocked})
        return redirect("community:blocked")
    return render(request, "community/blocked.html", {"rows": rows})
