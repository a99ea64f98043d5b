"""Several processes at one door in the same moment.

Threads share a connection pool and an interpreter lock, and a test's transaction hides rows from
others: a race that is worth anything has processes, a barrier, and real commits.
"""

import multiprocessing
import os
import time
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connections

from community.errors import DomainError

_fork = multiprocessing.get_context("fork")
SECONDS = 60


def race(*deeds: Callable[[], Any]) -> list[str]:
    """Do each of ``deeds`` in a process of its own, all let go by one barrier.

    Gives what became of each, in their order: "done", or the sentence of its DomainError. Anything
    else that is raised, or a process that ends by itself, fails the test with what it said. Needs
    ``django_db(transaction=True)``, because nobody sees what is not committed.
    """
    connections.close_all()  # a connection must not cross a fork
    barrier, told = _fork.Barrier(len(deeds)), _fork.SimpleQueue()
    processes = [
        _fork.Process(target=_run, args=(number, deed, barrier, told))
        for number, deed in enumerate(deeds)
    ]
    for process in processes:
        process.start()
    said: dict[int, str] = {}
    end = time.monotonic() + SECONDS
    # Heard while they run: a pipe that is full would hold up whoever has more to tell.
    while time.monotonic() < end and any(process.is_alive() for process in processes):
        time.sleep(0.01)
        _hear(told, said)
    _hear(told, said)
    for process in processes:
        if process.is_alive():
            process.kill()
    failed = {number: said.get(number, "it ended without a word") for number in range(len(deeds))}
    wrong = [text for text in failed.values() if text.startswith(("Traceback", "it ended"))]
    assert not wrong, "\n".join(wrong)
    return [said[number] for number in range(len(deeds))]


def _hear(told: Any, said: dict[int, str]) -> None:
    while not told.empty():
        number, text = told.get()
        said[number] = text


def _run(number: int, deed: Callable[[], Any], barrier: Any, told: Any) -> None:
    try:
        connections["default"].ensure_connection()  # connecting is no part of the race
        barrier.wait(SECONDS)
        deed()
        told.put((number, "done"))
    except DomainError as refusal:
        told.put((number, str(refusal)))
    except BaseException:  # whatever it was, the parent has to hear of it
        told.put((number, traceback.format_exc()))
    finally:
        connections.close_all()
        os._exit(0)
