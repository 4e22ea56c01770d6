# Everything starts here. `make demo` and `make test` need Python 3.11+ and make, nothing else.
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--exclude-newer "1 week" --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench teach proof lock clean

help:
	@echo "make demo    a throw-away association: a conversation, then the local page (Ctrl-C ends it)"
	@echo "make test    check, then every test but the slow proofs"
	@echo "make check   style, types, architecture, catalogs: what pre-commit and CI call OK"
	@echo "make bench   speed beside bare peers, as ratios"
	@echo "make teach   what the questions teach the second opinion (docs/teaching.md)"
	@echo "make proof   the slow proofs: kill -9, replayed disks"
	@echo "make lock    renew the locks; nothing younger than a week gets in"
	@echo "make clean   remove the environment and all caches"

demo: $(VENV)/.runtime
	@$(BIN)/sauklys demo

test: check
	@echo "· Testing"
	@$(BIN)/pytest

check: $(VENV)/.dev
	@echo "· Checking style, types, architecture, catalogs"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Run $(BIN)/ruff format, then look at what it changed."; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest --quiet -n 0 tests/test_catalogs.py

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench

teach: $(VENV)/.dev
	@$(BIN)/python -m tests.handlers.understanding.teaching

proof: $(VENV)/.dev
	@echo "· Proving; this takes a while"
	@$(BIN)/pytest -m proof

lock: $(VENV)/.dev
	@echo "· Locking"
	@$(UV_COMPILE) --upgrade requirements.in --output-file requirements.lock
	@$(UV_COMPILE) --upgrade requirements-dev.in --output-file requirements-dev.lock
	@$(BIN)/pip-audit --disable-pip --require-hashes --progress-spinner off -r requirements-dev.lock

clean:
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. What is in the locks, exactly, by hash; then ourselves, without asking the network for
# anything that is not locked. The development lock holds the runtime's too, so either may come first.

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.made
	@echo "· Installing what the program needs (once; about half a minute)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/.made
	@echo "· Installing what the program and its tests need (once; about a minute)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.runtime $@

$(VENV)/.made:
	@PYTHON='$(PYTHON)' sh .ci/make-venv $(VENV)
	@touch $@
