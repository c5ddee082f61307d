#!/usr/bin/env bash
# test_engines.sh [ENGINE...]: the tests of engines that need an environment of their own.
# requirements/engines/ENGINE.txt is that environment, ENGINE-server.txt the one of the stand-in for
# its server; both are made below $ENGINES (.venv-engines). Tests are marked with the name of the engine.
set -euo pipefail
cd "$(dirname "$0")/.."
export ENGINES=${ENGINES:-$PWD/.venv-engines}

environment() { # name, then more for install_venv.sh
  local name=$1 lock=requirements/engines/$1.txt done=$ENGINES/$1/installed
  shift
  [ -e "$lock" ] || return 0
  [ "$done" -nt "$lock" ] && [ "$done" -nt pyproject.toml ] && return 0
  mkdir -p "$ENGINES"
  scripts/install_venv.sh "$ENGINES/$name" "$lock" "$@"
  touch "$done"
}

engines=("$@")
[ $# -gt 0 ] || for lock in requirements/engines/*.txt; do
  name=$(basename "$lock" .txt)
  [[ $name == *-server ]] || engines+=("$name")
done

failed=()
for engine in "${engines[@]}"; do
  echo "== $engine"
  environment "$engine"
  environment "$engine-server" alone
  # shellcheck disable=SC2086  # several arguments
  "$ENGINES/$engine/bin/python" -m pytest tests/engines -m "$engine" ${PYTEST_ARGS:-} || failed+=("$engine")
done
[ ${#failed[@]} -eq 0 ] || { echo "Failed: ${failed[*]}"; exit 1; }
