#!/usr/bin/env bash
# Chooses versions for every supported Python and platform and writes them to requirements/*.txt.
# base.txt takes the versions that dev.txt chose, so one environment can grow from one to the other.
# Every file of a version has its hash here, whatever the platform; scripts/install_venv.sh accepts no other.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() { # lock, then what it is made from
  local lock=$1
  shift
  uv pip compile --quiet --universal --python-version 3.11 --no-annotate --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make locks" --output-file "$lock" \
    "$@"
  echo "$lock: $(grep -c '==' "$lock") versions"
}

project=(pyproject.toml requirements/build.in)
compile requirements/dev.txt "${project[@]}" --extra api --extra ask --extra balance --extra catboost --extra dashboard --extra dev \
  --extra lightgbm --extra mlflow --extra optuna --extra postgres --extra redis \
  --extra s3 --extra sql --extra survival --upgrade
compile requirements/base.txt "${project[@]}" --constraint requirements/dev.txt --upgrade
# Environments for `make test-orchestration`. What Prefect needs is another version of a few packages.
cp requirements/base.txt requirements/prefect.txt
compile requirements/prefect.txt "${project[@]}" requirements/prefect.in --extra alerts --extra api --extra prefect
uv pip compile --quiet --universal --python-version 3.11 --no-annotate --generate-hashes \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make locks" \
  --output-file requirements/airflow.txt requirements/airflow.in --upgrade

# Engines do not fit into one environment. Each has the extra of its name, what its tests need, and
# beside it, alone, the stand-in for its server where there is one.
for extra in snowflake; do
  compile "requirements/engines/$extra.txt" "${project[@]}" requirements/engines/tests.in --extra "$extra" --upgrade
done
for server in requirements/engines/*-server.in; do
  compile "${server%.in}.txt" "$server" --upgrade
done
