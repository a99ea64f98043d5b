"""A member's own digest, as it would read now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_safe

from community import access
from community.services import preferences
from community.services.personal_digest import composing
from community.services.personal_digest.readers import settings_of


@access.signed_in
@require_safe
def my_digest(request: HttpRequest) -> HttpResponse:
    """What is new for her since her last digest, also for who gets none by mail. Nothing is marked
    as read by it. Ten queries at most beyond her standing."""
    readers, digest = composing.digest_of(request.user)
    chosen = settings_of(request.user)
    return render(
        request,
        "community/my_digest.html",
        {
            "digest": digest,
            "since": readers.since[request.user.pk],
            "chosen": chosen,
            "weekday": WEEKDAYS[chosen.digest_weekday],
            "by_mail": bool(request.user.email)
            and preferences.wants(request.user, "personal_digest"),
        },
    )
