"""Before she changes how she signs in: is it her?"""

from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from community import access
from community.services import entrance


def confirmed(view: access.View) -> access.View:
    """Lets her through who has shown who she is in the last quarter of an hour; sends everybody
    else to the page that asks, and back. Goes under the access decorator."""

    @wraps(view)
    def asked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated or entrance.has_confirmed(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else ""
        query = urlencode({"next": back or resolve_url("community:security")})
        return redirect(f"{resolve_url('community:confirm')}?{query}")

    return asked


def unprocessable(view: access.View) -> access.View:
    """For allauth's views, which answer 200 to a form that is wrong, and take a PUT for a POST: 422
    and 405, as everywhere here."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and request.method == "POST":
            data = response.context_data or {}
            forms = (data.get("form"), data.get("webauthn_form"))
            if any(form is not None and form.errors for form in forms):
                response.status_code = 422
        return response

    return answered
