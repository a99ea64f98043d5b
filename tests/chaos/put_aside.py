"""Put unreadable files of a broker folder aside, as the supervisor does before it starts a child.

python -m tests.chaos.put_aside FOLDER
"""

import sys
from pathlib import Path

from community.supervisor.broker import put_aside_broken

if __name__ == "__main__":
    put_aside_broken(Path(sys.argv[1]))
