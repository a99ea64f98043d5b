"""A member's notifications: what she is told, by which way, and when she is left alone."""

from django.urls import path

from community.views import notifications

urlpatterns = [
    path("me/notifications/", notifications.page, name="notifications"),
    path("me/notifications/kinds/", notifications.kinds, name="notifications_kinds"),
    path("me/notifications/preset/", notifications.preset, name="notifications_preset"),
    path("me/notifications/digest/", notifications.digest, name="notifications_digest"),
    path("me/notifications/hours/", notifications.hours, name="notifications_hours"),
    path("me/notifications/mute/", notifications.mute, name="notifications_mute"),
    path("me/notifications/days/", notifications.days, name="notifications_days"),
    path(
        "me/notifications/days/<str:public_id>/remove/",
        notifications.days_remove,
        name="notifications_days_remove",
    ),
    path("me/notifications/undo/<str:back>/", notifications.undo, name="notifications_undo"),
]
