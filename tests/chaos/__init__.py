"""Real processes, killed at the worst moment, and an oracle that trusts nobody.

``make chaos`` runs it at full size, ``make chaos SIZE=smoke`` and the suite at a small one.
"""
