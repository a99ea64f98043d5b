"""What a load balancer asks. Neither page needs a session or tells a version."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from community import access
from community.services import readiness


@access.public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Nothing else is asked, so that a slow database restarts nobody."""
    return HttpResponse("ok", content_type="text/plain")


@access.public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """This process can serve: 200, or 503 with the names of what is wrong. ``warnings`` names what
    keeps messages from leaving, which pages can be served without. Four queries."""
    problems, warnings = readiness.status()
    answer = {"ready": not problems, "problems": problems, "warnings": warnings}
    return JsonResponse(answer, status=503 if problems else 200)
