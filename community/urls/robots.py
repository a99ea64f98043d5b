"""The robots of staff groups on other platforms."""

from django.urls import path

from community.views import robots

urlpatterns = [
    path("ops/space/<slug:space>/robot/", robots.space_robot, name="space_robot"),
    path(
        "ops/space/<slug:space>/rooms/<slug:public_id>/robot/", robots.room_robot, name="room_robot"
    ),
    path("ops/robot/<slug:robot>/", robots.robot_change, name="robot_change"),
    path("ops/robot/<slug:robot>/state/", robots.robot_state, name="robot_state"),
    path("ops/robot/<slug:robot>/test/", robots.robot_test, name="robot_test"),
    path("ops/robot/<slug:robot>/close/", robots.robot_close, name="robot_close"),
]
