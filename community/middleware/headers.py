"""What every answer tells the browser, errors, admin and files included."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Nothing of these is used; a page that is broken into shall not use them either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
        *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment"),
        *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking", "browsing-topics"),
    )
)


class HeadersMiddleware:
    """Stands outside everything that may answer, right under the one for the CSP.

    Whoever sent a session may be signed in, so that answer is kept by nobody; asking the session
    itself would cost a query on pages that need none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")
        self._keep_from_caches(request, response)
        return response

    @staticmethod
    def _keep_from_caches(request: HttpRequest, response: HttpResponse) -> None:
        personal = (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            or settings.SESSION_COOKIE_NAME in response.cookies
        )
        said = response.headers.get("Cache-Control", "")
        if response.cookies and "public" in said:
            # A cookie in a shared cache is somebody else's session.
            response.headers["Cache-Control"] = "private, no-store"
        elif not said or (personal and "no-cache" in said):
            response.headers["Cache-Control"] = (
                "private, no-store" if personal else "private, no-cache"
            )
