"""Several processes at one gate, on the database of the suite.

Threads of one process would share Python's lock and, in a plain test, one transaction; these are
forked, each with its own connection, and start at the same moment.
"""

import multiprocessing
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connections

FORK = multiprocessing.get_context("fork")
PATIENCE = 60


def at_once(count: int, deed: Callable[[int], Any]) -> list[Any]:
    """Run ``deed(number)`` in ``count`` processes that start together; their results in order.

    Fails with the traceback of the first process that raised.
    """
    connections.close_all()  # a connection must not be used on both sides of a fork
    gate = FORK.Barrier(count)
    answers = FORK.Queue()
    children = [
        FORK.Process(target=_run, args=(number, deed, gate, answers)) for number in range(count)
    ]
    for child in children:
        child.start()
    found = [answers.get(timeout=PATIENCE) for _child in children]
    for child in children:
        child.join(PATIENCE)
    for _number, error, _answer in found:
        assert not error, error
    return [answer for _number, _error, answer in sorted(found, key=lambda row: row[0])]


def _run(number: int, deed: Callable[[int], Any], gate: Any, answers: Any) -> None:
    try:
        connections.close_all()
        connections["default"].ensure_connection()
        gate.wait(PATIENCE)
        answers.put((number, "", deed(number)))
    except BaseException:
        answers.put((number, traceback.format_exc(), None))
    finally:
        connections.close_all()


def first_fault(rounds: int, attempt: Callable[[], bool]) -> int:
    """How many rounds it took until ``attempt`` produced its fault; 0 if it never did."""
    for number in range(1, rounds + 1):
        if attempt():
            return number
    return 0
