from django.urls import path

from community.views import accounts

urlpatterns = [
    path("login/", accounts.login, name="login"),
]
