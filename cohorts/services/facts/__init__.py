"""What a step can watch in a camp. Importing registers: ``cohorts.apps`` does."""

from cohorts.registry import facts
from cohorts.services.facts import (
    announcement_delivered,
    check_ins,
    check_ins_praised,
    introductions_answered,
    learners_spoken_with,
    staff_introduced,
)

for fact in (
    announcement_delivered,
    check_ins,
    check_ins_praised,
    introductions_answered,
    learners_spoken_with,
    staff_introduced,
):
    facts.register(fact.NAME, fact.FACT)
