#!/bin/sh
# Pin every package with its hashes, for Linux and macOS alike, without download addresses.
# Run it after changing the dependencies in pyproject.toml, and commit both files.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python -m pip install --quiet uv
pin() { # pin FILE [OPTIONS]
    out=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-header pyproject.toml "$@" -o "$out"
    echo "$out: $(grep -c '==' "$out") packages"
}
pin requirements.lock
pin requirements-dev.lock --extra dev
