"""How she signs in: her ways in, her devices, her password and address, and showing it is her."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.errors import DomainError
from community.forms.entrance import CodeForm, ConfirmPasswordForm
from community.forms.me import EmailForm, NewPasswordForm
from community.forms.refusal import refuse, status_of
from community.models import SignInCode
from community.services import entrance, members, notices, providers, sessions, sign_in
from community.trust import ratelimit
from community.trust.redirects import local_path
from community.views.confirmed import confirmed
from community.views.entrance import posted, read_or_post

NEW_EMAIL, CONFIRM = "new_email_code", "confirm_code"


@access.signed_in
@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Every way into the account, and every device that is in. Five queries."""
    found = list(Authenticator.objects.filter(user=request.user).order_by("pk"))
    of = Authenticator.Type
    connected = providers.connections(request.user)
    held = {connection.provider for connection in connected}
    offers = [offer for offer in providers.offers(request) if offer.id not in held]
    context = {
        "passkeys": [row for row in found if row.type == of.WEBAUTHN],
        "has_app": any(row.type == of.TOTP for row in found),
        "has_recovery_codes": any(row.type == of.RECOVERY_CODES for row in found),
        "connections": connected,
        "offers": offers,
        "devices": sessions.devices(request),
        "in_wechat": entrance.is_wechat(request),
    }
    response = render(request, "community/security.html", context)
    if offers:
        response._csp_update = {"form-action": sorted({offer.origin for offer in offers})}
    return response


@access.signed_in
@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """End one device's session, or all but this one."""
    which = request.POST.get("id", "")
    if which == "others":
        sessions.end_all(request.user, but=request.session.session_key or "")
        messages.success(request, _("You are signed out on all other devices."))
    elif which.isascii() and which.isdigit() and sessions.end_one(request.user, int(which[:18])):
        messages.success(request, _("That device is signed out."))
    return redirect("community:security")


@access.signed_in
@confirmed
@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Take a connected service away, unless it is the last way in."""
    which = request.POST.get("id", "")
    try:
        account = int(which[:18]) if which.isascii() and which.isdigit() else 0
        name = providers.disconnect(member=request.user, account_id=account)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        notices.queue(request.user, "account_disconnected")
        messages.success(request, _("%(service)s is disconnected.") % {"service": name})
    return redirect("community:security")


@access.signed_in
@confirmed
@read_or_post
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """allauth's page, with the last way in kept."""
    if not members.ways_in(request.user) - {f"passkey:{pk}"}:
        messages.error(
            request,
            _("This is your last way to sign in. Add an e-mail address or another passkey first."),
        )
        return redirect("community:security")
    return remove_webauthn(request, pk=pk)


@access.signed_in
@never_cache
@confirmed
@read_or_post
def password(request: HttpRequest) -> HttpResponse:
    """Set a password, or a new one. Who forgot it has come in by a code and sets one here."""
    form = NewPasswordForm(posted(request), member=request.user)
    if request.method == "POST" and form.is_valid():
        sessions.set_password(request, form.cleaned_data["password"])
        messages.success(
            request, _("The password is set. You are signed out on all other devices.")
        )
        return redirect("community:security")
    return render(request, "community/password.html", {"form": form}, status=status_of(form))


@access.signed_in
@confirmed
@read_or_post
def email(request: HttpRequest) -> HttpResponse:
    """A new address: a code goes there first. Whether it is known is said only to its owner."""
    form = EmailForm(posted(request))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            sign_in.limit_codes(address=address, ip=ratelimit.client_ip(request))
        except DomainError as refusal:
            refuse(form, refusal)
            return render(request, "community/email.html", {"form": form}, status=429)
        row = sign_in.send_code(
            address=address,
            locale=request.user.locale,
            purpose=SignInCode.Purpose.CHANGE_EMAIL,
            replaces=request.session.get(NEW_EMAIL, ""),
        )
        request.session[NEW_EMAIL] = row.public_id
        return redirect("community:email_code")
    return render(request, "community/email.html", {"form": form}, status=status_of(form))


@access.signed_in
@never_cache
@read_or_post
def email_code(request: HttpRequest) -> HttpResponse:
    row = sign_in.open_code(
        request.session.get(NEW_EMAIL, ""), purpose=SignInCode.Purpose.CHANGE_EMAIL
    )
    if row is None or not row.address:
        return redirect("community:email")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            sign_in.prove(row=row, code=form.cleaned_data["code"])
            members.change_email(member=request.user, email=row.address)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            sign_in.forget(row)
            del request.session[NEW_EMAIL]
            messages.success(request, _("Your new e-mail address is in use."))
            return redirect("community:security")
    context = {"form": form, "address": row.address}
    return render(request, "community/email_code.html", context, status=status_of(form))


@access.signed_in
@require_safe
def second_step(request: HttpRequest) -> HttpResponse:
    """Why somebody with this role needs a second step, and the two ways to have one."""
    return render(request, "community/second_step.html", {"in_wechat": entrance.is_wechat(request)})


@access.signed_in
@never_cache
@read_or_post
def confirm(request: HttpRequest) -> HttpResponse:
    """Is it her? By the second factor if she has one, else by password or by a mailed code."""
    target = local_path(request.GET.get("next")) or resolve_url("community:security")
    if entrance.has_confirmed(request):
        return redirect(target)
    if page := entrance.second_factor_page(request.user, target):
        return redirect(page)
    row = sign_in.open_code(request.session.get(CONFIRM, ""), purpose=SignInCode.Purpose.CONFIRM)
    asked = request.POST.get("way", "") if request.method == "POST" else ""
    by_password = ConfirmPasswordForm(request.POST if asked == "password" else None)
    by_code = CodeForm(request.POST if asked == "code" else None)
    form = by_code if asked == "code" else by_password
    try:
        if asked == "send" and request.user.email:
            return _send_confirmation(request, target)
        if asked == "password" and by_password.is_valid():
            return _confirm_by_password(request, by_password.cleaned_data["password"], target)
        if asked == "code" and row is not None and by_code.is_valid():
            sign_in.prove(row=row, code=by_code.cleaned_data["code"])
            del request.session[CONFIRM]
            entrance.confirm(request, method="code")
            return redirect(target)
    except DomainError as refusal:
        if asked == "send":
            messages.error(request, str(refusal))
        else:
            refuse(form, refusal)
    context = {
        "by_password": by_password,
        "by_code": by_code,
        "sent": row is not None and row.used_at is None,
        "shown": form,
    }
    return render(request, "community/confirm.html", context, status=status_of(form))


def _send_confirmation(request: HttpRequest, target: str) -> HttpResponse:
    sign_in.limit_codes(address=request.user.email, ip=ratelimit.client_ip(request))
    row = sign_in.send_code(
        address=request.user.email,
        locale=request.user.locale,
        purpose=SignInCode.Purpose.CONFIRM,
        replaces=request.session.get(CONFIRM, ""),
    )
    request.session[CONFIRM] = row.public_id
    return redirect(request.get_full_path())


def _confirm_by_password(request: HttpRequest, typed: str, target: str) -> HttpResponse:
    address = request.user.email or request.user.handle
    sign_in.limit_passwords(address=address, ip=ratelimit.client_ip(request))
    if not request.user.check_password(typed):
        raise DomainError(_("This is not your password."), field="password")
    entrance.confirm(request, method="password")
    return redirect(target)
