"""Opening a camp, its desk, who learns in it and who is away."""

from django.urls import path

from cohorts.views import camp_chat_groups, camp_people, camps, enrolling, joining

DESK = "ops/camp/<slug:slug>/"
HOME = "c/<slug:space>/camp/<slug:slug>/"

urlpatterns = [
    path("ops/camps/", camps.camp_list, name="camp_list"),
    path("ops/camps/open/", camps.camp_open, name="camp_open"),
    path("ops/camps/open/preview/", camps.camp_preview, name="camp_preview"),
    path(DESK, camps.camp_desk_page, name="camp_desk"),
    path(f"{DESK}state/", camps.camp_state, name="camp_state"),
    path(f"{DESK}opening/", camps.camp_opening, name="camp_opening"),
    path(f"{DESK}staff/", camp_people.camp_staff_page, name="camp_staff"),
    path(f"{DESK}add-staff/", camp_people.camp_staff_add, name="camp_staff_add"),
    path(f"{DESK}staff/<slug:handle>/", camp_people.camp_staff_place, name="camp_staff_place"),
    path(f"{DESK}staff/<slug:handle>/away/", camp_people.camp_away, name="camp_away"),
    path(f"{DESK}staff/<slug:handle>/back/", camp_people.camp_back, name="camp_back"),
    path(f"{DESK}enrol/", enrolling.camp_enrol, name="camp_enrol"),
    path(f"{DESK}enrol/list/<slug:public_id>/", enrolling.camp_enrol_list, name="camp_enrol_list"),
    path(f"{DESK}invitations/", enrolling.camp_invitation_list, name="camp_invitation_list"),
    path(f"{DESK}invitations/<slug:public_id>/", enrolling.camp_invitation, name="camp_invitation"),
    path(
        f"{DESK}invitations/<slug:public_id>/revoke/",
        enrolling.camp_invitation_revoke,
        name="camp_invitation_revoke",
    ),
    path(f"{DESK}learners/<slug:handle>/place/", joining.learner_place, name="learner_place"),
    path(f"{DESK}chat-groups/", camp_chat_groups.camp_chat_groups, name="camp_chat_groups"),
    path(
        f"{DESK}chat-groups/<slug:public_id>/",
        camp_chat_groups.camp_chat_group,
        name="camp_chat_group",
    ),
    path(f"{HOME}join/<slug:code>/", joining.camp_join, name="camp_join"),
    path(f"{HOME}my-place/", joining.my_place, name="my_place"),
]
