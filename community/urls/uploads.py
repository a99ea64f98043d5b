from django.urls import path

from community.views import uploads

urlpatterns = [
    path("media/<str:upload>/", uploads.upload_file, name="upload_file"),
]
