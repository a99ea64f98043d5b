"""Spaces, the people and rooms in them, and the invitations to them."""

from django.urls import path

from community.views import invitations, people, rooms, spaces

urlpatterns = [
    path("spaces/", spaces.space_list, name="space_list"),
    path("spaces/new/", spaces.space_open, name="space_open"),
    path("i/", invitations.invitation_find, name="invitation_find"),
    path("i/<slug:code>/", invitations.invitation, name="invitation"),
    path("c/<slug:space>/", spaces.space_detail, name="space_detail"),
    path("c/<slug:space>/settings/", spaces.space_settings, name="space_settings"),
    path("c/<slug:space>/leave/", spaces.space_leave, name="space_leave"),
    path("c/<slug:space>/people/", people.people, name="people"),
    path("c/<slug:space>/people/<slug:handle>/", people.membership, name="membership"),
    path(
        "c/<slug:space>/people/<slug:handle>/suspend/",
        people.membership_suspend,
        name="membership_suspend",
    ),
    path(
        "c/<slug:space>/people/<slug:handle>/reinstate/",
        people.membership_reinstate,
        name="membership_reinstate",
    ),
    path("c/<slug:space>/invitations/", invitations.invitation_list, name="invitation_list"),
    path(
        "c/<slug:space>/invitations/<slug:public_id>/",
        invitations.invitation_detail,
        name="invitation_detail",
    ),
    path(
        "c/<slug:space>/invitations/<slug:public_id>/qr.svg",
        invitations.invitation_qr,
        name="invitation_qr",
    ),
    path(
        "c/<slug:space>/invitations/<slug:public_id>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    path("c/<slug:space>/rooms/new/", rooms.room_open, name="room_open"),
    path("c/<slug:space>/rooms/<slug:public_id>/", rooms.room_detail, name="room_detail"),
    path("c/<slug:space>/rooms/<slug:public_id>/enter/", rooms.room_enter, name="room_enter"),
    path(
        "c/<slug:space>/rooms/<slug:public_id>/people/<slug:handle>/",
        rooms.room_place,
        name="room_place",
    ),
    path(
        "c/<slug:space>/rooms/<slug:public_id>/people/<slug:handle>/depart/",
        rooms.room_depart,
        name="room_depart",
    ),
]
