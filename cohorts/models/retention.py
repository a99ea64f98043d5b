"""How long each field of cohorts is kept; see ``community.trust.retention``."""

from community.trust.retention import classify

TABLE = {
    # Templates and runs
    "cohorts.CampTemplate": "structure: public_id space created_at | house: key language",
    "cohorts.TemplateVersion": (
        "structure: public_id template number published_by published_at"
        " | house: title summary days preparation_days closing_days content sha256"
    ),
    "cohorts.SopStep": (
        "structure: version key position"
        " | house: title phase role anchor time every until minutes how_to cautions requirement"
        " done_when resources scripts needs evidence per_chat_group watch"
    ),
    "cohorts.Script": "structure: version key position | house: moment title text",
    "cohorts.ScriptUse": "structure: script run by at",
    "cohorts.RoleWord": "structure: space said_by said_at | house: word role",
    "cohorts.SopRun": (
        "structure: public_id room version created_at ended_at"
        " | house: name opens_on timezone language days preparation_days closing_days"
    ),
    "cohorts.Absence": (
        "structure: run member stand_in created_at | content: first_day last_day note"
    ),
    "cohorts.HandOver": "structure: run by at | content: text",
    # Camps and learning
    "cohorts.Camp": (
        "structure: space run staff_room seats_taken state state_changed_at created_by"
        " | house: name slug purpose capacity enrols_from check_in_until make_up_days"
    ),
    "cohorts.CampInvitation": (
        "structure: public_id camp uses max_uses expires_at revoked_at created_by created_at"
        " | secret: code | house: note"
    ),
    "cohorts.Enrolment": (
        "structure: public_id camp member state way from_day makes_up_by_itself welcomed_at"
        " enrolled_at left_at | content: reason"
    ),
    "cohorts.Lesson": (
        "structure: camp day changed_at"
        " | house: title minutes link body body_html example example_html exercise exercise_html"
        " model_answer model_answer_html homework"
    ),
    "cohorts.CheckIn": (
        "structure: public_id enrolment day kind made_up handed_in_at changed_at taken_back_at"
        " | content: text url upload"
    ),
    "cohorts.CheckInPraise": "structure: check_in by is_first given_at | content: text",
    "cohorts.Reaction": "structure: check_in member word at",
    # Steps with a day
    "cohorts.SopTask": (
        "structure: public_id run step day role opens_at due_at assignee state version fact"
        " closed_at closed_by closed_by_house | content: reason"
    ),
    "cohorts.TaskSeen": "structure: task member at",
    "cohorts.TaskEvent": "structure: public_id task kind by at task_version before | content: note",
    "cohorts.Evidence": (
        "structure: task kind by at withdrawn_at | content: text url number upload"
    ),
    # What the staff know
    "cohorts.ContactNote": "structure: enrolment by channel at | sensitive: note value_kind value",
    "cohorts.StaffNote": "structure: public_id room answers about by at | sensitive: text text_html",
    "cohorts.StaffDecision": (
        "structure: public_id room teller by at replaced_by | house: question wording told link"
    ),
}


def classify_all() -> None:
    """Tell the house; called once, from ``AppConfig.ready()``."""
    for label, classes in TABLE.items():
        classify(label, classes)
