"""What the staff do for learners: praise, talk, cards, the staff room, scripts."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
