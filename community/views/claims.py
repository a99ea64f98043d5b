"""Claim links: made and shown by staff, opened by the person they are for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from community import access
from community.errors import DomainError
from community.forms.entrance import ClaimForm
from community.forms.refusal import status_of
from community.services import claims, entrance
from community.services.entrance import Plan
from community.trust import ratelimit
from community.views.entrance import posted, read_or_post
from community.views.scope import membership_for


@access.requires("community.hand_over_account")
@never_cache
@read_or_post
def claim_issue(request: HttpRequest, space: str, handle: str) -> HttpResponse:
    """Hand an account over to the person it is for: a link and a QR code, shown this once."""
    found = membership_for(request, "community.hand_over_account", space, handle)
    context = {"membership": found, "space": found.space, "person": found.member}
    try:
        if request.method == "POST" and request.POST.get("do") == "revoke":
            if claims.revoke(member=found.member, by=request.user):
                messages.success(request, _("The link can no longer be used."))
            return redirect("community:claim_issue", space, handle)
        if request.method == "POST":
            link, address = claims.issue(member=found.member, by=request.user)
            context |= {"link": link, "address": address}
            return render(request, "community/claim_issued.html", context)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("community:claim_issue", space, handle)
    context["open_link"] = claims.open_link(found.member)
    return render(request, "community/claim_issue.html", context)


@access.public
@never_cache
@read_or_post
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows whose account it is and asks; only POST uses the link, so that a messenger which
    looks at it uses nothing."""
    try:
        ratelimit.hit("claim", ratelimit.client_ip(request), limit=60, window=600)
        link = claims.find(token)
    except DomainError as refusal:
        status = 429 if isinstance(refusal, ratelimit.RateLimited) else 404
        context = {"refusal": str(refusal)}
        return render(request, "community/claim_useless.html", context, status=status)
    form = ClaimForm(posted(request))
    context = {"person": link.member, "form": form, "expires_at": link.expires_at}
    if request.method == "POST" and request.user.is_authenticated:
        # Two people in one browser: the one who is in has to go out first, and by her own hand.
        return render(request, "community/claim.html", context, status=409)
    if request.method == "POST" and form.is_valid():
        try:
            member = claims.use(token=token, agreed=form.agreed, locale=get_language())
        except DomainError as refusal:
            context = {"refusal": str(refusal)}
            return render(request, "community/claim_useless.html", context, status=404)
        plan = Plan(next=resolve_url("community:security"), shared=form.cleaned_data["shared"])
        plan.keep(request)
        messages.success(
            request,
            _("This account is yours now. Add a way to sign in, so that you can come back."),
        )
        return entrance.enter(request, member, method="claim")
    return render(request, "community/claim.html", context, status=status_of(form))
