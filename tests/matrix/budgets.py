"""How many queries a page may ask, the first two being its session and its member.

Counted when the page is shown (200) to the mightiest of those who may see it, once what is cached
by a first request is there. ``USUAL`` is for every page; one that needs more says here what for.
"""

USUAL = 8

CEILINGS = {
    "cohorts:announcement": 10,  # the text, who saw it, its groups and postings, corrections, "got it"
    "cohorts:announcement_edit": 12,  # the text, who may speak, who saw it, and the whole calendar
    "cohorts:camp": 12,  # lesson, announcement, her days, the sum, others and their words, who helps
    "cohorts:learner": 12,  # her card: words, days, praise, stars, contacts, notes and their answers
    "cohorts:task": 14,  # all of a step: attempts, events, scripts and their uses, chat groups
    "community:my_digest": 12,  # one or two for each section, her settings, how mail comes
    "community:delivery": 12,  # a count for each state, what waits elsewhere, switches, mail accounts
}
