"""A member's page and what others do there."""

from django.urls import path

from community.views import profile

urlpatterns = [
    path("people/<slug:handle>/", profile.profile, name="profile"),
    path("people/<slug:handle>/qr.svg", profile.profile_qr, name="profile_qr"),
    path("people/<slug:handle>/praise/", profile.give_praise, name="give_praise"),
    path("people/<slug:handle>/recognise/", profile.recognise, name="recognise"),
    path("people/<slug:handle>/block/", profile.block, name="block"),
    path("people/<slug:handle>/articles/<slug:slug>/", profile.article, name="article"),
    path("praise/<slug:public_id>/take-back/", profile.take_praise_back, name="take_praise_back"),
    path("me/blocked/", profile.blocked, name="blocked"),
]
