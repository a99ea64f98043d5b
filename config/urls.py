"""Which app answers where. Every address an app has is in its own ``urls``."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler400 = "community.views.errors.bad_request"
handler403 = "community.views.errors.forbidden"
handler404 = "community.views.errors.not_found"
handler500 = "community.views.errors.server_error"

urlpatterns = [
    path("", include("community.urls")),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
]
