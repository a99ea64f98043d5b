"""How many queries a page may ask, the first two being its session and its member.

Counted when the page is shown (200) to the mightiest of those who may see it, once what is cached
by a first request is there. ``USUAL`` is for every page; one that needs more says here what for.
"""

USUAL = 8

CEILINGS = {
    "community:give_praise": 10,  # the profile again, with the form and what is wrong in it
    "community:profile": 10,  # her text, praise, articles, and what the two of you can give
    "community:delivery": 10,  # one count for each state of a message, and the two switches
}
