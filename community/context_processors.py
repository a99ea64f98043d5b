"""What every page needs: who looks at it, and where she can go from here."""

from django.conf import settings
from django.http import HttpRequest

from community.registry import navigation
from community.services import entrance


def page(request: HttpRequest) -> dict[str, object]:
    """The navigation for this member, and the operator's own lines. No query of its own."""
    member = getattr(request, "user", None)
    signed_in = member is not None and member.is_authenticated
    return {
        "navigation": lambda: (
            [item for item in navigation if item.shown_to(member)] if signed_in else []
        ),
        "theme": member.theme if signed_in else request.COOKIES.get("theme", "auto"),
        "consent_due": signed_in and entrance.has_to_agree(request),
        "site": {
            "name": settings.SITE_NAME,
            "demo": settings.DEMO,
            "icp": settings.ICP_NUMBER,
            "police": settings.POLICE_NUMBER,
            "contact": settings.OPERATOR_CONTACT,
            "source": settings.SOURCE_URL,
        },
    }
