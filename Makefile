# `make demo` and `make test` need Python 3.11 or newer, make and a package index; nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
RECIPE ?= retail
DEMO ?= demo
RECEIPTS ?= build/receipts
WORKERS ?= 2
PYTEST_ARGS ?=
ENGINE ?=
ROWS ?=
SCALE ?= 1

# Days end at UTC midnight in the tests; idle OpenMP threads sleep instead of spinning on small machines.
export TZ := UTC
export OMP_WAIT_POLICY := PASSIVE
export DO_NOT_TRACK := 1

.PHONY: help setup demo test test-slow test-engines test-orchestration lint format types imports sql-lint sizes docs docs-site docs-check glossary mutation receipts init-score ask-score bench-all locks check clean

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

$(VENV)/installed-base: requirements/base.txt pyproject.toml
	@scripts/install_venv.sh $(VENV) requirements/base.txt
	@touch $@

$(VENV)/installed-dev: requirements/dev.txt pyproject.toml
	@scripts/install_venv.sh $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/installed-base

setup: $(VENV)/installed-dev ## Make .venv with everything that tests and checks need

demo: $(VENV)/installed-base ## Run a demo company end to end and say where its report is (RECIPE=retail DEMO=demo)
	@$(BIN)/regulars demo --recipe $(RECIPE) $(DEMO)
	@find $(DEMO)/.regulars/releases -name report.html | grep -q . || { echo "There is no report."; exit 1; }

test: setup ## Run the tests that need no account, in random order, but the slow ones
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow and not engine and not orchestration" $(PYTEST_ARGS)

test-slow: setup ## Run the slow tests: real files, killed runs, whole companies on two engines
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "slow and not engine" $(PYTEST_ARGS)

test-engines: setup ## Run the tests of Snowflake on a stand-in, in environments of its own (ENGINE=snowflake)
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTEST_ARGS="$(PYTEST_ARGS)" scripts/test_engines.sh $(ENGINE)

$(VENV)-%/installed: requirements/%.txt $(VENV)/installed-dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/install_venv.sh $(VENV)-$* $< $(if $(filter airflow,$*),alone)
	@touch $@

test-orchestration: setup $(VENV)-prefect/installed $(VENV)-airflow/installed ## Run a real Prefect and a real Airflow, and check what `regulars deploy` writes
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m orchestration tests/orchestration $(PYTEST_ARGS)

lint: setup ## Look for mistakes and for code that is not formatted
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup ## Format the code and mend what can be mended mechanically
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: setup ## Check types, strictly
	@$(BIN)/mypy --strict src scripts

imports: setup ## Check who may import whom
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python scripts/import_circles.py

sql-lint: setup ## Check the dbt project: its rules, then its compiled SQL where a demo has run
	@$(BIN)/python scripts/lint_sql.py --compiled $(DEMO)

sizes: setup ## Print sizes beside the aims, and what to look at again
	@$(BIN)/python scripts/sizes.py

docs: setup ## Write the generated references
	@$(BIN)/python scripts/generate_docs.py

docs-site: setup ## Build the documentation as a site in `site` (read it: python -m http.server -d site -b 127.0.0.1)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

docs-check: setup ## Check links, generated references, and that nothing private is in the tree
	@$(BIN)/python scripts/check_docs.py

check: lint types imports sql-lint sizes docs-check ## All checks but the tests

ask-score: setup ## Score questions in words against hand-written SQL on five demo companies
	@$(BIN)/python scripts/ask_score.py build/ask --wrong

glossary: setup ## Count the words and names that the glossary replaces
	@$(BIN)/python scripts/glossary.py

mutation: setup ## Change one decision at a time and see whether a test notices (about an hour)
	@$(BIN)/python scripts/mutation.py --write

receipts: setup ## Run the demos and the real files, and write a receipt of every table (RECEIPTS=folder)
	@$(BIN)/python scripts/receipts.py $(RECEIPTS)

init-score: setup ## Score `regulars init` on generated folders whose truth is known
	@$(BIN)/python scripts/init_score.py --workers $(WORKERS)

bench-all: setup ## Measure every figure that we are held to and write docs/performance.md (ROWS="api training" SCALE=1)
	@$(BIN)/python benchmarks/all.py $(if $(ROWS),--only $(ROWS)) --scale $(SCALE)

locks: setup ## Choose versions anew and write the requirement locks
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/compile_locks.sh

clean: ## Remove what make made
	rm -rf $(VENV) $(VENV)-prefect $(VENV)-airflow .venv-engines $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
