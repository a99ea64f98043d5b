"""Addresses that allauth knows by name, and whose pages are ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from community import access


def to(name: str) -> access.View:
    """A view that leads to the page ``name``, with the query string."""

    @access.public
    def moved(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        return redirect(resolve_url(name) + (f"?{query}" if query else ""))

    return moved
