"""One supervisor for one data folder."""

import os
import subprocess
import sys

import pytest

from community.errors import DomainError
from community.supervisor import lock


def test_a_second_lock_names_the_holder_and_the_first_one_ends_with_its_process(tmp_path):
    program = (
        "import sys, pathlib; from community.supervisor import lock;"
        "lock.take(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"held\n"

    with pytest.raises(DomainError, match=rf"already runs on .*\(process {holder.pid}\)"):
        lock.take(tmp_path)

    holder.kill()
    holder.communicate()
    handle = lock.take(tmp_path)
    assert os.pread(handle, 20, 0) == f"{os.getpid()}\n".encode()
    os.close(handle)
