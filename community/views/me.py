"""A member's own settings: name, language, time zone, and what she has agreed to."""

from copy import copy

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.forms.me import LanguageForm, SettingsForm
from community.forms.refusal import status_of
from community.models import Consent
from community.services import consents, entrance, notifications
from community.trust.redirects import local_path
from community.views.entrance import posted, read_or_post


@access.signed_in
@read_or_post
def me(request: HttpRequest) -> HttpResponse:
    """Name, handle, language, time zone, colours; saved to the member and to the cookies."""
    # A copy, because a form writes into its instance even when it is wrong.
    form = SettingsForm(posted(request), instance=copy(request.user))
    if request.method == "POST" and form.is_valid():
        member = form.save()
        if "timezone" in form.changed_data:
            notifications.moved(member)
        translation.activate(member.locale)
        messages.success(request, _("Saved."))
        response = redirect("community:me")
        entrance.remember_choices(request, response, member)
        return response
    return render(request, "community/me.html", {"form": form}, status=status_of(form))


@access.public
@read_or_post
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, and of the member's mails if somebody is signed in."""
    form = LanguageForm(posted(request))
    if request.method != "POST":
        return render(request, "community/language.html", {"languages": settings.LANGUAGES})
    if not form.is_valid():
        return render(
            request, "community/language.html", {"languages": settings.LANGUAGES}, status=422
        )
    language = form.cleaned_data["language"]
    if request.user.is_authenticated and request.user.locale != language:
        request.user.locale = language
        request.user.save(update_fields=["locale"])
    response = redirect(form.cleaned_data["next"] or "community:landing")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


@access.signed_in
@never_cache
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What she has agreed to, and what she has not. Three queries."""
    missing = consents.missing(request.user)
    entrance.remember_consents(request, request.user)
    documents = [
        {
            "name": name,
            "label": Consent.Document(name).label,
            "version": version,
            "url": resolve_url(f"community:{name}"),
            "given": name not in missing,
        }
        for name, version in consents.IN_FORCE.items()
    ]
    context = {"documents": documents, "history": consents.history(request.user)}
    return render(request, "community/me_privacy.html", context)


@access.signed_in
@require_POST
def consent_give(request: HttpRequest) -> HttpResponse:
    """Agree to the versions in force of the documents named."""
    named = [name for name in request.POST.getlist("document") if name in consents.IN_FORCE]
    consents.give(member=request.user, documents=named)
    entrance.remember_consents(request, request.user)
    messages.success(request, _("Thank you. This is written down on your privacy page."))
    return redirect(local_path(request.POST.get("next")) or "community:me_privacy")


@access.signed_in
@require_POST
def consent_withdraw(request: HttpRequest) -> HttpResponse:
    consents.withdraw(member=request.user, document=request.POST.get("document", ""))
    entrance.remember_consents(request, request.user)
    messages.success(request, _("You have taken your consent back."))
    return redirect("community:me_privacy")
