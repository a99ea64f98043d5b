"""Who may do what with camps: predicates (member, object) -> bool, and the table of permissions.

They read ``member.standing`` and keys that the object carries, so none costs a query; a camp comes
with its run and room (``Camp.objects.visible_to`` selects them).
"""

import rules

from community.rules import MANAGERS, ROOM_STAFF, STAFF


@rules.predicate
def staffs_run(member, run) -> bool:
    return member.standing.rooms.get(run.room_id) in ROOM_STAFF


@rules.predicate
def leads_run(member, run) -> bool:
    return member.standing.rooms.get(run.room_id) == "lead"


@rules.predicate
def manages_space_of_run(member, run) -> bool:
    return member.standing.spaces.get(run.room.space_id) in MANAGERS


@rules.predicate
def is_in_camp(member, camp) -> bool:
    return camp.run.room_id in member.standing.rooms


@rules.predicate
def learns_in_camp(member, camp) -> bool:
    return member.standing.rooms.get(camp.run.room_id) == "learner"


@rules.predicate
def staffs_camp(member, camp) -> bool:
    return staffs_run(member, camp.run)


@rules.predicate
def leads_camp(member, camp) -> bool:
    return leads_run(member, camp.run)


@rules.predicate
def teaches_in_camp(member, camp) -> bool:
    return member.standing.rooms.get(camp.run.room_id) in ("lead", "assistant")


@rules.predicate
def manages_space_of_camp(member, camp) -> bool:
    return member.standing.spaces.get(camp.space_id) in MANAGERS


@rules.predicate
def manages_a_space(member, space=None) -> bool:
    roles = member.standing.spaces
    if space is None:
        return bool(MANAGERS & set(roles.values()))
    return roles.get(space.pk) in MANAGERS


@rules.predicate
def helps_to_run_something(member, _obj=None) -> bool:
    """Staff of some space or some room: such a person may read templates."""
    standing = member.standing
    return bool(STAFF & set(standing.spaces.values()) or ROOM_STAFF & set(standing.rooms.values()))


@rules.predicate
def staffs_something(member, run=None) -> bool:
    """Staff of ``run``, or of any room when nothing is asked about."""
    if run is not None:
        return staffs_run(member, run)
    return bool(ROOM_STAFF & set(member.standing.rooms.values()))


PERMISSIONS = {
    # A camp as everybody in it sees it.
    "cohorts.see_camp": is_in_camp | manages_space_of_camp,
    "cohorts.check_in": learns_in_camp,
    # Behind the scenes: the board, the staff room, who was spoken with. Objects are camps …
    "cohorts.staff_camp": staffs_camp | manages_space_of_camp,
    "cohorts.lead_camp": leads_camp | manages_space_of_camp,
    "cohorts.change_lesson": teaches_in_camp | manages_space_of_camp,
    # … and runs.
    "cohorts.see_board": staffs_something | helps_to_run_something,
    "cohorts.see_run": staffs_run | manages_space_of_run,
    "cohorts.work_on_run": staffs_run | manages_space_of_run,
    # Opening camps and bringing in templates is for those who manage the space.
    "cohorts.open_camp": manages_a_space,
    "cohorts.see_templates": helps_to_run_something,
    "cohorts.change_templates": manages_a_space,
}

for _name, _predicate in PERMISSIONS.items():
    rules.add_perm(_name, _predicate)
