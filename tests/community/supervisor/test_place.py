"""Where the site may run, and the sentence when it may not."""

import shutil
import socket
from collections import namedtuple

import pytest

from community.errors import DomainError
from community.supervisor import place

Usage = namedtuple("Usage", "total used free")


def test_claim_folder_makes_what_is_needed_for_this_user_alone(tmp_path):
    data = tmp_path / "new" / "data"

    assert place.claim_folder(data, "small") == []

    for name in ("keys", "media", "log", "broker/messages", "broker/control"):
        assert (data / name).stat().st_mode & 0o777 == 0o700
    assert place.claim_folder(data, "small") == []  # a second start finds all in order
    assert sorted(path.name for path in data.iterdir()) == [
        *("broker", "keys", "log", "media", "mode")
    ]


def test_claim_folder_names_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(DomainError, match="file/data cannot be written .* set SHALIJIN_DATA"):
        place.claim_folder(tmp_path / "file" / "data", "small")


def test_claim_folder_refuses_a_full_disk_and_warns_before(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9, 9, 120_000_000))
    assert place.claim_folder(tmp_path, "small") == [
        f"Only 120 MB are free where {tmp_path} is; make room soon."
    ]

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9, 9, 3_000_000))
    with pytest.raises(DomainError, match=r"is full \(3 MB free, 50 MB are needed\)"):
        place.claim_folder(tmp_path, "small")


def test_the_demo_never_enters_the_folder_of_real_data(tmp_path):
    place.claim_folder(tmp_path, "small")

    with pytest.raises(DomainError, match="belongs to the mode 'small', and this start is 'demo'"):
        place.claim_folder(tmp_path, "demo")


def test_check_port_names_the_taken_port_and_another_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]

        with pytest.raises(DomainError, match=f"Port {port} on 127.0.0.1 is taken .*PORT="):
            place.check_port("127.0.0.1", port)
    place.check_port("127.0.0.1", port)  # free again at once


@pytest.mark.parametrize("host", ["no such host", "203.0.113.7"])
def test_check_port_names_an_address_that_is_not_ours(host):
    with pytest.raises(DomainError, match=f"BIND is '{host}', which is no address"):
        place.check_port(host, 8000)


@pytest.mark.parametrize(
    "host, expected",
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False)],
)
def test_is_loopback(host, expected):
    assert place.is_loopback(host) is expected
