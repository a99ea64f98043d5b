"""Opening a camp, its desk, who learns in it and who is away."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
