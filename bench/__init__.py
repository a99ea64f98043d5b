"""Measurements against a floor; `make bench` prints one JSON object a line.

To add one: write a function in a module here, decorate it with ``harness.bench``, and import the
module in ``__main__``.
"""
