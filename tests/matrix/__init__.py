"""Every address × method × role: who gets which answer, and what it changes.

The tables (``table_*.py``, one for each noun) are the specification, in words; ``test_matrix.py``
walks the whole URLconf and compares. To add an address, write its ``Route`` without ``get`` and
``post`` and run the suite: the failure prints both as they are now. Read them before you paste.
"""
