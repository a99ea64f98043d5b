"""What the staff do for learners: praise, talk, cards, the staff room, scripts."""

from django.urls import path

from cohorts.views import care, learners, scripts, staff_room

DESK = "ops/camp/<slug:slug>/"
ROOM = f"{DESK}staff-room/"

urlpatterns = [
    path(f"{DESK}praise/", care.praise_list, name="praise_queue"),
    path(f"{DESK}praise/<slug:public_id>/", care.praise_give, name="praise_give"),
    path(f"{DESK}contacts/", care.contact_list, name="contacts"),
    path(f"{DESK}contacts/<slug:handle>/", care.contact_note, name="contact_note"),
    path(f"{DESK}learners/", learners.learner_list, name="learners"),
    path(f"{DESK}learners/<slug:handle>/", learners.learner, name="learner"),
    path(ROOM, staff_room.room, name="staff_room"),
    path(f"{ROOM}note/<slug:public_id>/", staff_room.thread, name="staff_note"),
    path(f"{ROOM}wording/new/", staff_room.decide, name="staff_decide"),
    path(f"{ROOM}wording/<slug:public_id>/", staff_room.decision, name="staff_decision"),
    path(f"{ROOM}wording/<slug:public_id>/replace/", staff_room.decide, name="staff_replace"),
    path(f"{DESK}games/", scripts.games, name="games"),
    path(f"{DESK}run-sheet/<slug:which>/", scripts.run_sheet, name="run_sheet"),
    path(f"{DESK}scripts/<int:script>/used/", scripts.script_use, name="script_use"),
    path("ops/scripts/", scripts.script_list, name="script_list"),
]
