# Everything runs in .venv, which the first target to need it builds from the hashed requirements.
# `make` alone says what there is.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes
ENV := .venv/.upbeat
TOOLS := .venv/.tools
BENCH := .venv/.bench

.PHONY: help env demo test check lint types imports docs bench bench-console oracles conformance mutants vendor lock clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(ENV) ## build .venv with upbeat in it

demo: $(ENV) ## watch a morning of leads being routed
	@$(BIN)/upbeat demo $(ARGS)

test: $(TOOLS) ## run every test; ARGS go to pytest
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist worksteal $(ARGS)

check: lint types imports test docs ## everything that a change must pass

lint: $(TOOLS) ## format and lint
	@$(BIN)/ruff format --check --quiet . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .

types: $(TOOLS) ## check types
	@$(BIN)/pyright

imports: $(TOOLS) ## check the import contracts
	@$(BIN)/lint-imports --no-logo

docs: $(TOOLS) ## check that every link, command and option in the docs exists
	@$(BIN)/python tools/docs.py

bench: $(BENCH) ## run every benchmark; ARGS name some of them
	@$(BIN)/python benchmarks/run.py $(ARGS)

bench-console: $(TOOLS) ## measure the console in Chromium on ten thousand open reviews and a million runs; takes minutes
	@$(BIN)/python benchmarks/console.py

oracles: $(TOOLS) ## ask other implementations of formulas and SOQL what we answer
	@PYTHONPATH=tools $(BIN)/python -m oracles

conformance: $(TOOLS) ## run clients that other people wrote for Salesforce against the local org; ARGS name some
	@PYTHONPATH=tools $(BIN)/python -m conformance $(ARGS)

mutants: $(TOOLS) ## make every small fault in gate, apply and review, and see whether a test notices; ARGS name some
	@PYTHONPATH=tools $(BIN)/python tools/mutants.py $(ARGS)

vendor: $(TOOLS) ## make the vendored JavaScript again from its pinned versions
	@PYTHONPATH=tools $(BIN)/python -m vendor

lock: $(TOOLS) ## compile the requirements again from pyproject.toml; ARGS=--upgrade for newer versions
	@$(BIN)/python tools/lock.py $(ARGS)

clean: ## remove all that make built
	rm -rf .venv tools/oracles/node_modules tools/conformance/node_modules tools/conformance/sf_cli/node_modules tools/vendor/node_modules build dist .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	find src tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(ENV): requirements/base.txt requirements/build.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { printf '%s\n' \
		"Upbeat needs Python 3.11 or newer, and finds none on the path." \
		"  Install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)," \
		"  or name one: make env PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || { printf '%s\n' \
		"$(PYTHON) cannot build an environment." \
		"  Install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		echo "Building .venv: once, about a minute"; "$(PYTHON)" -m venv --clear .venv; }
	@$(PIP) -r requirements/base.txt -r requirements/build.txt
	@$(BIN)/python -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): $(ENV) requirements/dev.txt
	@$(PIP) -r requirements/dev.txt
	@touch $@

$(BENCH): $(TOOLS) requirements/bench.txt
	@if $(PIP) -r requirements/bench.txt; then touch $@; else echo "The benchmarks go on without it." >&2; fi
