#!/bin/sh
# Makes the virtual environment; a bare Debian has Python without venv, and then says or does what is missing.
set -eu
venv=$1
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "limner: error: $PYTHON is older than 3.11" >&2
    echo "limner: hint: name another: make PYTHON=python3.12 ..." >&2
    exit 2
}
"$PYTHON" -c 'import ensurepip' 2>/dev/null || {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    else
        echo "limner: error: $PYTHON has no ensurepip, so it cannot make a virtual environment" >&2
        echo "limner: hint: as root: apt-get install python3-venv" >&2
        exit 2
    fi
}
"$PYTHON" -m venv "$venv"
