#!/bin/sh
# Make .venv and install the pinned packages, each checked against its hash.
#
#   sh scripts/install.sh run    what serving needs        (requirements.lock)
#   sh scripts/install.sh dev    tests and lint as well    (requirements-dev.lock)
#
# SHALIJIN_PYPI_MIRROR=URL   another package index; the hashes hold on any mirror
# SHALIJIN_WHEELS=folder     no network at all: packages from "make bundle"
# PYTHON=path                the Python to build .venv with
#
# A copy of the lock inside .venv is the stamp: as long as it equals the lock, nothing is done.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-run}
venv=.venv
case $kind in
run) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;;
*)
    echo "usage: sh scripts/install.sh run|dev" >&2
    exit 2
    ;;
esac

if cmp -s "$lock" "$venv/installed-$kind.lock" && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

if ! "$venv/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(sh scripts/python.sh)
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "$python has no venv module with pip, so .venv cannot be made." >&2
        echo "  Debian, Ubuntu:  apt install python3-venv   (or python$version-venv)" >&2
        exit 1
    fi
    # Only ever removes what is a virtual environment.
    if [ -e "$venv/pyvenv.cfg" ]; then rm -rf "$venv"; fi
    echo "Making $venv with $python"
    if ! "$python" -m venv "$venv"; then
        echo "$venv could not be made here; is there space, and may you write in $(pwd)?" >&2
        exit 1
    fi
fi

# What a person has configured for pip in general must not put packages elsewhere.
export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX 2>/dev/null || true
if [ -n "${SHALIJIN_PYPI_MIRROR:-}" ]; then
    PIP_INDEX_URL=$SHALIJIN_PYPI_MIRROR
    export PIP_INDEX_URL
fi

if [ -n "${SHALIJIN_WHEELS:-}" ]; then
    if [ ! -d "$SHALIJIN_WHEELS" ]; then
        echo "SHALIJIN_WHEELS is '$SHALIJIN_WHEELS', which is not a folder; make it with 'make bundle'." >&2
        exit 1
    fi
    set -- --no-index --find-links "$SHALIJIN_WHEELS"
else
    set --
fi

echo "Installing the packages of $lock (once; some tens of seconds)"
# What is used is compiled when it is first used; all the rest would take longer than installing.
if ! "$venv/bin/python" -m pip install --quiet --no-compile --require-hashes "$@" -r "$lock"; then
    echo >&2
    echo "The packages could not be installed. The lines above say why. What often helps:" >&2
    echo "  the index is slow or blocked:  make run SHALIJIN_PYPI_MIRROR=https://your-mirror/simple" >&2
    echo "  there is no network:           'make bundle' elsewhere, then SHALIJIN_WHEELS=folder" >&2
    exit 1
fi
cp "$lock" "$venv/installed-$kind.lock"
# The lock for tests holds every package of the other one, at the same version.
if [ "$kind" = dev ]; then cp requirements.lock "$venv/installed-run.lock"; fi
