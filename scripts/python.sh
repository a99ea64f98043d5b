#!/bin/sh
# Print the path of a Python that is new enough (3.11), or say how to get one.
# PYTHON=/path/to/python overrides the search.
set -eu

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    if new_enough "$PYTHON"; then
        command -v "$PYTHON"
        exit 0
    fi
    echo "PYTHON is '$PYTHON', which is not a Python 3.11 or newer; set another path." >&2
    exit 1
fi

seen=""
for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
    found=$(command -v "$name" 2>/dev/null) || continue
    if new_enough "$found"; then
        echo "$found"
        exit 0
    fi
    seen="$seen $name ($("$found" -V 2>&1 | head -n 1))"
done

echo "Shalijin needs Python 3.11 or newer, and PATH has none.${seen:+ Found:$seen.}" >&2
echo "  Debian 12, Ubuntu 24.04 or newer:  apt install python3 python3-venv" >&2
echo "  macOS:                             brew install python@3.13" >&2
echo "  elsewhere:                         make run PYTHON=/path/to/python3.11" >&2
exit 1
