#!/bin/sh
# Remove caches and built files. var/ (the data) and .venv/ stay.
set -eu
cd "$(dirname "$0")/.."
find . \( -path ./.venv -o -path ./var -o -path ./.git \) -prune -o \
    -type d -name __pycache__ -print | while IFS= read -r folder; do rm -rf "$folder"; done
rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build static/dist
find locale -name '*.mo' -exec rm -f {} +
