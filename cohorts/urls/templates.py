"""Templates of camps, read and brought in."""

from django.urls import path

from cohorts.views import templates

urlpatterns = [
    path("ops/sop/", templates.template_list, name="template_list"),
    path("ops/sop/import/", templates.template_import, name="template_import"),
    path("ops/sop/import/sheet/", templates.template_sheet, name="template_sheet"),
    path("ops/sop/<str:public_id>/", templates.template, name="template"),
    path("ops/sop/<str:public_id>/step/<slug:key>/", templates.template_step, name="template_step"),
    path(
        "ops/sop/<str:public_id>/lesson/<int:day>/",
        templates.template_lesson,
        name="template_lesson",
    ),
    path("ops/sop/<str:public_id>/day/<str:day>/", templates.template_day, name="template_day"),
    path("ops/sop/<str:public_id>/yaml/", templates.template_export, name="template_export"),
]
