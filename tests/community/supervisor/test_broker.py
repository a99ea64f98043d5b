"""Broken files of the file broker are put aside; good ones stay."""

import os
import time

import pytest
from kombu import Connection
from kombu.transport.filesystem import Transport

from community.supervisor.broker import put_aside_broken


@pytest.fixture
def folder(tmp_path):
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


def connect(folder):
    return Connection(
        "filesystem://localhost//",
        transport_options={
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "control_folder": str(folder / "control"),
        },
    )


def age(path, seconds=60):
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_what_the_broker_itself_wrote_is_good(folder):
    with connect(folder) as connection:
        connection.SimpleQueue("bells").put({"ring": 1})
    for path in folder.rglob("*.*"):
        age(path)

    assert put_aside_broken(folder) == []

    with connect(folder) as connection:
        assert connection.SimpleQueue("bells").get(timeout=2).payload == {"ring": 1}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00", b"[]", b"null", b'{"body": "x"}'])
def test_a_broken_message_is_put_aside(folder, content):
    broken = folder / "messages" / "1_x.bells.msg"
    broken.write_bytes(content)
    age(broken)

    assert put_aside_broken(folder) == ["messages/1_x.bells.msg"]

    assert (folder / "broken" / "1_x.bells.msg").read_bytes() == content
    assert list((folder / "messages").iterdir()) == []


def test_a_broken_routing_file_is_put_aside_so_that_rings_work_again(folder):
    routing = folder / "control" / "bells.exchange"
    routing.write_bytes(b"")
    age(routing)
    with connect(folder) as connection, pytest.raises(ValueError):
        connection.SimpleQueue("bells").put({"ring": 1})

    assert put_aside_broken(folder) == ["control/bells.exchange"]

    Transport.global_state.clear()  # as in a process that starts after it
    with connect(folder) as connection:
        connection.SimpleQueue("bells").put({"ring": 2})
        assert connection.SimpleQueue("bells").get(timeout=2).payload == {"ring": 2}


def test_a_file_that_is_being_written_is_left_alone(folder):
    young = folder / "messages" / "1_x.bells.msg"
    young.touch()

    assert put_aside_broken(folder) == []
    assert young.exists()


def test_no_folder_is_nothing_to_do(tmp_path):
    assert put_aside_broken(tmp_path / "none") == []
