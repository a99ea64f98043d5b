"""A camp as its learners see it."""

from django.urls import path

from cohorts.views import learning, lessons

HOME = "c/<slug:space>/camp/<slug:slug>/"
CHECK_IN = f"{HOME}check-in/"
ONE = f"{CHECK_IN}<slug:public_id>/"

urlpatterns = [
    path(HOME, learning.camp, name="camp"),
    path(CHECK_IN, learning.check_in, name="check_in"),
    path(f"{ONE}change/", learning.check_in_edit, name="check_in_edit"),
    path(f"{ONE}back/", learning.check_in_back, name="check_in_back"),
    path(f"{ONE}word/", learning.check_in_react, name="check_in_react"),
    path(f"{HOME}make-up/", learning.make_up, name="make_up"),
    path(f"{HOME}welcome/away/", learning.catch_up_away, name="catch_up_away"),
    path(f"{HOME}lesson/<int:day>/", lessons.lesson, name="lesson"),
    path(f"{HOME}lesson/<int:day>/change/", lessons.lesson_edit, name="lesson_edit"),
    path(f"{HOME}calendar/", lessons.calendar, name="calendar"),
    path(f"{HOME}mine/", lessons.my_check_ins, name="my_check_ins"),
]
