"""Coming in and going out: the one form, the code, the password, agreeing, signing out."""

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, clock
from community.errors import DomainError
from community.forms.entrance import (
    AgreeForm,
    CodeForm,
    EntryForm,
    InvitationField,
    PasswordSignInForm,
)
from community.forms.refusal import refuse, status_of
from community.models import SignInCode
from community.services import entrance, intro_drafts, providers, sessions, sign_in
from community.services.entrance import Plan
from community.trust import ratelimit
from community.trust.redirects import local_path
from community.views.introduction import aside_context

AGREE_WITHIN = dt.timedelta(minutes=30)
read_or_post = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to. An empty POST is a form that was sent, with nothing in it."""
    return request.POST if request.method == "POST" else None


@access.public
@never_cache
@read_or_post
def login(request: HttpRequest) -> HttpResponse:
    """The form for everybody, at /login/ and at /join/; posting it mails a code. It never asks
    whether the address is known."""
    if request.user.is_authenticated:
        return _already_in(request)
    form = EntryForm(posted(request), initial=_from_the_link(request, "next", "i"))
    if request.method == "POST" and form.is_valid():
        try:
            return _send_code(request, form)
        except DomainError as refusal:
            refuse(form, refusal)
            return _entry_page(request, form, status=429)
    if invitation := InvitationField().clean(request.GET.get("i")):
        # Whichever way in she takes from here, the invitation goes along.
        Plan(invitation=invitation, next=local_path(request.GET.get("next"))).keep(request)
    return _entry_page(request, form, status=status_of(form))


def _send_code(request: HttpRequest, form: EntryForm) -> HttpResponse:
    said = form.cleaned_data
    sign_in.limit_codes(address=said["email"], ip=ratelimit.client_ip(request))
    row = sign_in.send_code(
        address=said["email"],
        locale=get_language(),
        replaces=Plan.of(request).code,
        mailed=not form.is_robot,
    )
    Plan(
        code=row.public_id,
        next=said["next"],
        invitation=said["i"],
        shared=said["shared"],
        agreed=form.agreed,
    ).keep(request)
    return redirect("community:login_code")


def _entry_page(request: HttpRequest, form: EntryForm, *, status: int) -> HttpResponse:
    offers = providers.offers(request)
    query = urlencode({"next": target} if (target := local_path(form["next"].value())) else {})
    context = {
        "form": form,
        "offers": offers,
        "query": f"?{query}" if query else "",
        "next": target,
        "joining": request.resolver_match.url_name == "join",
    }
    if written := intro_drafts.written(request.session):
        context |= aside_context(request, written)
    response = render(request, "community/login.html", context, status=status)
    if offers:
        # The buttons of the services post to us and are sent on; the policy follows redirects.
        response._csp_update = {"form-action": sorted({offer.origin for offer in offers})}
    return response


@access.public
@never_cache
@read_or_post
def login_code(request: HttpRequest) -> HttpResponse:
    """The second page: the code. It finds its way by the session alone, so it can be opened again
    after the phone has closed it."""
    if request.user.is_authenticated:
        return _already_in(request)
    plan = Plan.of(request)
    row = sign_in.open_code(plan.code) if plan.code else None
    if row is None or not row.address:
        return redirect("community:login")
    if plan.proven:
        return redirect("community:join_agree")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            sign_in.prove(row=row, code=form.cleaned_data["code"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return _proven(request, plan, row)
    context = {"form": form, "address": row.address, "wait": sign_in.wait_before_resend(row)}
    return render(request, "community/login_code.html", context, status=status_of(form))


def _proven(request: HttpRequest, plan: Plan, row: SignInCode) -> HttpResponse:
    if entrance.is_new(row) and not plan.agreed:
        plan.proven = True
        plan.keep(request)
        return redirect("community:join_agree")
    return entrance.come_in(request, row)


@access.public
@require_POST
def login_code_again(request: HttpRequest) -> HttpResponse:
    """Another code for the same address, after a short wait; the one before is worth nothing."""
    plan = Plan.of(request)
    row = sign_in.open_code(plan.code) if plan.code else None
    if row is None or not row.address or row.used_at:
        return redirect("community:login")
    wait = sign_in.wait_before_resend(row)
    try:
        if wait:
            raise DomainError(
                _("Wait %(seconds)d more seconds before you ask for another code.")
                % {"seconds": wait}
            )
        sign_in.limit_codes(address=row.address, ip=ratelimit.client_ip(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("community:login_code")
    plan.code = sign_in.send_code(
        address=row.address, locale=get_language(), replaces=row.public_id
    ).public_id
    plan.keep(request)
    messages.success(request, _("We have sent a new code. Older ones no longer work."))
    return redirect("community:login_code")


@access.public
@never_cache
@read_or_post
def join_agree(request: HttpRequest) -> HttpResponse:
    """Somebody new whose address is proven, and who has not ticked the box yet."""
    plan = Plan.of(request)
    row = sign_in.open_code(plan.code) if plan.proven else None
    fresh = row is not None and row.used_at and clock.now() - row.used_at < AGREE_WITHIN
    if row is None or not fresh or not row.address:
        return redirect("community:login")
    form = AgreeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        plan.agreed = form.agreed
        plan.keep(request)
        return entrance.come_in(request, row)
    context = {"form": form, "address": row.address}
    return render(request, "community/join_agree.html", context, status=status_of(form))


@access.public
@never_cache
@read_or_post
def login_password(request: HttpRequest) -> HttpResponse:
    """Sign in with the password. What is wrong is one sentence, whatever it is."""
    if request.user.is_authenticated:
        return _already_in(request)
    form = PasswordSignInForm(posted(request), initial=_from_the_link(request, "next"))
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            sign_in.limit_passwords(address=said["email"], ip=ratelimit.client_ip(request))
        except DomainError as refusal:
            refuse(form, refusal)
            status = 429
        else:
            member = sign_in.member_by_password(address=said["email"], password=said["password"])
            if member is not None:
                plan = Plan.of(request)
                plan.shared, plan.next = said["shared"], said["next"]
                plan.keep(request)
                return entrance.enter(request, member, method="password")
            refuse(
                form,
                DomainError(
                    _(
                        "The address and the password do not go together. "
                        "You can also have a code sent to you."
                    )
                ),
            )
    context = {"form": form, "next": local_path(form["next"].value())}
    return render(
        request,
        "community/login_password.html",
        context,
        status=status if status == 429 else status_of(form),
    )


@access.public
@never_cache
@read_or_post
def logout(request: HttpRequest) -> HttpResponse:
    """GET asks, POST does: a link preview must not sign anybody out."""
    if not request.user.is_authenticated:
        return redirect("community:landing")
    if request.method != "POST":
        return render(request, "community/logout.html")
    shared = entrance.is_shared(request)
    sessions.end_here(request)
    end_session(request)
    response = redirect("community:landing")
    response.delete_cookie("shared_device")
    if shared:
        response["Clear-Site-Data"] = '"cache", "storage"'
    messages.success(request, _("You are signed out."))
    return response


@access.public
@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin site's own sign-in page is not used: it knows no second factor and no limits."""
    if request.user.is_authenticated:
        raise PermissionDenied
    query = urlencode({"next": local_path(request.GET.get("next"))})
    return redirect(f"{resolve_url('community:login')}?{query}")


def _from_the_link(request: HttpRequest, *names: str) -> dict[str, str]:
    """What a link may bring along. It must not tick a box for her, nor type into a field."""
    return {name: request.GET.get(name, "") for name in names}


def _already_in(request: HttpRequest) -> HttpResponse:
    if code := InvitationField().clean(request.GET.get("i")):
        return redirect("community:invitation", code)
    return redirect(local_path(request.GET.get("next")) or "community:today")
