#!/bin/sh
# Fetch every package into a folder, for machines without a network:
#
#   make bundle                              here, on the same kind of machine and Python
#   SHALIJIN_WHEELS=/path/wheels make run    there
#
# OUT=folder chooses the folder; DEV=1 takes what tests and lint need as well.
set -eu
cd "$(dirname "$0")/.."
sh scripts/install.sh run

out=${OUT:-wheels}
lock=requirements.lock
if [ -n "${DEV:-}" ]; then lock=requirements-dev.lock; fi
if [ -n "${SHALIJIN_PYPI_MIRROR:-}" ]; then
    PIP_INDEX_URL=$SHALIJIN_PYPI_MIRROR
    export PIP_INDEX_URL
fi
# Wheels only: a source package would have to be built on the machine without network.
.venv/bin/python -m pip download --quiet --disable-pip-version-check --require-hashes \
    --only-binary :all: --dest "$out" -r "$lock"
echo "$(ls "$out" | wc -l | tr -d ' ') packages, $(du -sh "$out" | cut -f1) in $out/"
echo "On the other machine: SHALIJIN_WHEELS=$out make run"
