"""Everything that cohorts stores."""

from cohorts.models.camp import Absence, Camp, Enrolment
from cohorts.models.care import ContactNote, HandOver, StaffDecision, StaffNote
from cohorts.models.invitation import CampInvitation
from cohorts.models.lesson import CheckIn, CheckInPraise, Lesson, Reaction
from cohorts.models.run import SopRun
from cohorts.models.task import Evidence, ScriptUse, SopTask, TaskEvent, TaskSeen
from cohorts.models.template import (
    CampTemplate,
    EvidenceKind,
    Moment,
    Phase,
    RoleWord,
    Script,
    SopStep,
    StepRole,
    TemplateVersion,
)

__all__ = [
    "Absence",
    "Camp",
    "CampInvitation",
    "CampTemplate",
    "CheckIn",
    "CheckInPraise",
    "ContactNote",
    "Enrolment",
    "Evidence",
    "EvidenceKind",
    "HandOver",
    "Lesson",
    "Moment",
    "Phase",
    "Reaction",
    "RoleWord",
    "Script",
    "ScriptUse",
    "SopRun",
    "SopStep",
    "SopTask",
    "StaffDecision",
    "StaffNote",
    "StepRole",
    "TaskEvent",
    "TaskSeen",
    "TemplateVersion",
]
