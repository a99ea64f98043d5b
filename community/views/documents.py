"""What one agrees to when one joins: the rules and the privacy statement, in both languages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from community import access
from community.models import Consent
from community.services import consents


@access.public
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return _document(request, Consent.Document.RULES)


@access.public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _document(request, Consent.Document.PRIVACY)


def _document(request: HttpRequest, document: str) -> HttpResponse:
    """The version in force, in the language of the page. No query of its own."""
    language = "en" if get_language() == "en" else "zh-hans"
    context = {
        "text": f"community/documents/{document}.{language}.html",
        "document": Consent.Document(document),
        "version": consents.IN_FORCE[Consent.Document(document)],
        "contact": settings.OPERATOR_CONTACT,
        "oauth": bool(settings.OAUTH),
    }
    return render(request, "community/document.html", context)
