"""Bringing in a list of people as it is found in the wild.

The way of a file, one module for each step: ``reading`` and ``workbook`` (bytes to rows),
``header`` (which column is what), ``cells`` (what a cell says), ``person`` (who a row is about),
``rules`` (what may be wrong with a row), ``known`` and ``judging`` (who is who, and what happens to
each row), ``runs`` (the preview and the yes), ``importing`` with ``drafts`` (the rows become
people), ``reporting`` (the file with the reasons, the sheet with the links).
"""
