from django.urls import path

from community.views import appearance, styleguide

urlpatterns = [
    path("theme/", appearance.set_theme, name="set_theme"),
    path("help/style/", styleguide.styleguide, name="styleguide"),
    path("offline/", appearance.offline, name="offline"),
    path("manifest.webmanifest", appearance.manifest, name="manifest"),
    path("sw.js", appearance.service_worker, name="service_worker"),
]
