#!/bin/sh
# Makes py311.txt and py312.txt from pyproject.toml again: every package with its hashes, no address.
# uv resolves; it gets an environment of its own, so that it is not part of what it locks.
set -eu
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
for version in 3.11 3.12; do
  "$place/venv/bin/uv" pip compile pyproject.toml --quiet --extra dask --extra postgresql --group dev \
    --python-version "$version" --universal --fork-strategy fewest --generate-hashes \
    --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
    --output-file "requirements/py$(echo "$version" | tr -d .).txt" "$@"
done
