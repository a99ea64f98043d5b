"""Children's words: whole lines, a name before each, files that do not grow for ever."""

import io

from community.supervisor import output
from community.supervisor.output import Console, Lines, LogFile


def test_lines_are_whole_and_prefixed_however_they_arrive(tmp_path):
    stream = io.BytesIO()
    lines = Lines("web", Console(stream), LogFile(tmp_path / "web.log"))

    for chunk in (b"one\ntw", b"o\n\n", "三".encode()[:2], "三".encode()[2:]):
        lines.feed(chunk)
    lines.finish()

    assert stream.getvalue().decode() == "web    | one\nweb    | two\nweb    | 三\n"
    logged = (tmp_path / "web.log").read_text(encoding="utf-8").splitlines()
    assert [line.partition("Z ")[2] for line in logged] == ["one", "two", "三"]


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    stream = io.BytesIO()
    lines = Lines("web", Console(stream), LogFile(tmp_path / "web.log"))

    for _ in range(10):
        lines.feed(b"x" * 50_000)
    lines.log.close()

    assert len(lines.rest) <= Lines.LONGEST
    assert stream.getvalue().count(b"x") == 500_000 - len(lines.rest)


def test_a_log_rotates_and_keeps_four_old_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "ROTATE_BYTES", 100)
    log = LogFile(tmp_path / "web.log")

    for number in range(40):
        log.write(f"line {number}".encode())
    log.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "web.log",
        *(f"web.log.{number}" for number in (1, 2, 3, 4)),
    ]
    assert "line 39" in (tmp_path / "web.log").read_text()
    assert all(path.stat().st_size <= 130 for path in tmp_path.iterdir())


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "file").touch()

    LogFile(tmp_path / "file" / "web.log").write(b"words")

    assert (tmp_path / "file").read_bytes() == b""


def test_a_console_whose_reader_has_gone_falls_silent():
    class Gone(io.RawIOBase):
        def write(self, _):
            raise BrokenPipeError

    console = Console(Gone())
    console.say(b"one")
    console.say(b"two")

    assert console.stream is None
