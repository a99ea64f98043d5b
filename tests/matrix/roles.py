"""The people who knock on every door, and short names for groups of them."""

ROLES = {
    "anonymous": "nobody signed in",
    "member": "a plain member of the home space",
    "member_of_other_space": "a plain member of another space",
    "same_role_other_space": "a manager, but of another space",
    "learner": "a member of the home space, learner in its camp",
    "assistant": "an assistant of the home space and of its camp",
    "lead": "a plain member of the home space who leads its camp",
    "manager": "a manager of the home space",
    "owner": "its only owner",
    "coordinator": "a member of the home space and its coordinator",
    "second_approver": "second approver everywhere, in no space",
    "partner": "partner everywhere, in no space",
    "host": "a member of the home space who is a host",
    "former": "left the home space",
    "suspended": "suspended in the home space",
    "account_suspended": "signed in once; then the whole account was suspended",
    "minor": "a member of the home space and learner in its camp, under age",
    "operator": "operator of the installation, in no space",
}

_GUESTS = {"anonymous", "account_suspended"}
_OUTSIDERS = {
    "member_of_other_space",
    "same_role_other_space",
    "second_approver",
    "partner",
    "former",
    "suspended",
    "operator",
}

# In a row, later entries win over earlier ones: name the big group first, the exception after it.
GROUPS = {
    "all": set(ROLES),
    "guests": _GUESTS,
    "signed_in": set(ROLES) - _GUESTS,
    "outsiders": _OUTSIDERS,
    "insiders": set(ROLES) - _GUESTS - _OUTSIDERS,
    "managers": {"manager", "owner"},
    "learners": {"learner", "minor"},
    "camp": {"learner", "minor", "assistant", "lead"},
    "camp_staff": {"assistant", "lead"},
    **{role: {role} for role in ROLES},
}

# How a row is suggested: outcomes by these groups first, then the exceptions by the others.
BASES = ("guests", "insiders", "outsiders")
FINER = ("managers", "learners", "camp", "camp_staff")
