"""A camp as its learners see it."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
