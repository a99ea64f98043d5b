"""A member's own digest: what is new for her, at the hour and as often as she wants it.

``planning`` decides at each look whose hour has come and queues a mail for each. ``letter`` writes
what of it is her own when it is sent, from what ``composing`` finds in the sections of the registry;
``telling`` holds those of community. ``writing`` puts rows into words.
"""
