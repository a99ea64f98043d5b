"""Templates of camps, read and brought in."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
