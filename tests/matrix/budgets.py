"""How many queries a page may ask, the first two being its session and its member.

The ceiling is of a page that is shown (200), to the mightiest of those who may see it. A page that
needs more than ten should say in its view what for.
"""

CEILINGS: dict[str, int] = {}
