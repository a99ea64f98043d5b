"""An author says whether she is named in highlights, told without her name, or not told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access
from community.errors import DomainError
from community.models import Highlight
from community.services import highlight_consent as service
from community.views.profile import unlisted

Consent = Highlight.Consent


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def highlight_consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Three buttons; each may be pressed again later, also once it has gone out. Only what is her
    own; one query beyond her standing to read it."""
    rows = Highlight.objects.filter(author=request.user).exclude(consent=Consent.OPEN)
    row = get_object_or_404(
        rows.select_related("room__space", "digest", "author"), public_id=public_id
    )
    if request.method == "POST":
        try:
            service.answer(row=row, answer=request.POST.get("answer", ""), by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Noted. You can change it here whenever you like."))
        return redirect("community:highlight_consent", public_id)
    context = {"row": row, "is_out": bool(row.digest and row.digest.is_out())}
    return unlisted(render(request, "community/highlight_consent.html", context))
