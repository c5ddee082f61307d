#!/usr/bin/env bash
# install_venv.sh VENV LOCK [alone]: makes VENV where it is missing, installs LOCK, then this project
# (editable), which `alone` leaves out.
# Only files whose hash is in LOCK are installed, from whatever index they come.
# uv is used where it is at hand, because it is quick; pip does the same where it is not or fails.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1
lock=$2

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Python 3.11 or newer was not found; install it, or name it: make PYTHON=/path/to/python3.12" >&2
  return 1
}

make_venv() {
  local python
  python=$(find_python)
  echo "Making $venv with $("$python" --version)"
  "$python" -m venv "$venv" || {
    rm -rf "$venv"
    echo "$python could not make a virtual environment (on Debian: apt install python3-venv)" >&2
    return 1
  }
}

install() { # arguments of 'pip install'
  if command -v uv >/dev/null; then
    uv pip install --quiet --python "$venv/bin/python" --compile-bytecode "$@" && return
    echo "uv could not; trying pip" >&2
  fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

[ -x "$venv/bin/python" ] || make_venv
echo "Installing $lock into $venv (seconds with uv, about a minute with pip)"
# The lock is complete: without dependencies of its own pip has nothing to choose, and need not ask
# for the hash of a package with extras that the lock pins without them.
install --no-deps --require-hashes -r "$lock"
[ "${3:-}" = alone ] || install --no-deps --no-build-isolation -e .
