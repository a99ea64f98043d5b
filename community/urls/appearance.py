from django.urls import path

from community.views import appearance, style_guide

urlpatterns = [
    path("theme/", appearance.set_theme, name="set_theme"),
    path("help/style/", style_guide.style_guide, name="style_guide"),
    path("offline/", appearance.offline, name="offline"),
    path("manifest.webmanifest", appearance.manifest, name="manifest"),
    path("sw.js", appearance.service_worker, name="service_worker"),
]
