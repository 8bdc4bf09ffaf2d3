#!/bin/sh
# Writes requirements/*.txt from pyproject.toml: exact versions with the hashes of every wheel, no index address.
set -eu
bin=$1
"$bin/python" -m pip install -q uv
lock() {
    "$bin/uv" pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links "$@"
}
lock pyproject.toml -o requirements/runtime.txt
printf 'hatchling\neditables\n' | lock - -c requirements/runtime.txt -o requirements/build.txt
lock pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
