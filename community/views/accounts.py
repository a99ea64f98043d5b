"""Signing in and out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from community import access


@access.public
def login(request: HttpRequest) -> HttpResponse:
    return render(request, "community/login.html")
