"""The SOP board and its tasks."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
