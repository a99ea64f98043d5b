"""Which app answers where. Every address an app has is in its own ``urls``."""

from django.conf import settings
from django.urls import include, path

from community import admin
from community.views import entrance, me

handler400 = "community.views.errors.bad_request"
handler403 = "community.views.errors.forbidden"
handler404 = "community.views.errors.not_found"
handler429 = "community.views.errors.too_often"  # allauth's limits ask for it
handler500 = "community.views.errors.server_error"

urlpatterns = [
    path("", include("community.urls")),
    path("", include("cohorts.urls")),
    path("account/", include("community.urls.allauth")),
    path("language/", me.set_language, name="set_language"),
    path(f"{settings.ADMIN_PATH}/login/", entrance.admin_login),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
]
