# Everything happens in this folder: the tools live in .venv/, nothing is installed globally.
# Needs: make, and Python >= 3.11 (another one: `make demo PYTHON=python3.12`).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# Which tests `make test` leaves out. CI takes the package tests in: MARKERS="not slow".
MARKERS ?= not slow and not package
PYTEST_ARGS ?=

# The stamps hold an environment up to date with pyproject.toml; the demo does not wait for the tools.
CORE := $(VENV)/.core
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-all check docs dist bench clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

venv: $(DEV) ## Make .venv with the package and the tools

demo: $(CORE) ## Audit a generated helpdesk, and say where the reports are
	@$(BIN)/cstoolkit demo

test: $(DEV) ## Run the tests, but not the slow ones
	$(BIN)/pytest -n auto --dist worksteal -m "$(MARKERS)" $(PYTEST_ARGS)

test-all: $(DEV) ## Run every test, with thousands of generated cases each
	HYPOTHESIS_PROFILE=full $(BIN)/pytest -n auto --dist worksteal $(PYTEST_ARGS)

check: $(DEV) ## Lint, types, import contracts, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

docs: $(DEV) ## Build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

dist: $(DEV) ## Build the wheel and the source archive into dist/
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

bench: $(DEV) ## Run the benchmarks, each in a fresh process
	@set -e; for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

clean: ## Remove all that was made here, .venv too
	rm -rf $(VENV) dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "make: there is no '$(PYTHON)' here; install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: cstoolkit needs Python 3.11 or newer and '$(PYTHON)' is $$($(PYTHON) --version 2>&1); name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "make: '$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(CORE): pyproject.toml | $(BIN)/python
	@echo "Installing cstoolkit into $(VENV) (once)"
	@$(PIP) install --editable . || { echo "make: installing failed; the lines above say why (no network, or a proxy pip does not know, are the usual reasons). Then run make again." >&2; exit 1; }
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	@echo "Installing cstoolkit and the development tools into $(VENV) (once)"
	@$(PIP) install --editable '.[dev,clients]' || { echo "make: installing failed; the lines above say why (no network, or a proxy pip does not know, are the usual reasons). Then run make again." >&2; exit 1; }
	@touch $(CORE) $@
