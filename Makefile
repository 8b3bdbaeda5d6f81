# Needs make and Python 3.11 or newer, nothing else. PYTHON says which Python, PORT where `make run` listens;
# `make run STRIPE=fake` has a stand-in for Stripe on the next port.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
# One more than there are cores: while one waits for a browser or a database, another goes on.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

.PHONY: run test check bench mutants

run: $(INSTALLED)
	@exec $(BIN)/python -m campaigns.cli.run

test: $(INSTALLED)
	$(BIN)/python -m pytest -n $(WORKERS)

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n $(WORKERS) tests/test_migrations.py

bench: $(INSTALLED)
	$(BIN)/python -m bench

mutants: $(INSTALLED)
	$(BIN)/python -m tests.mutants

$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Vouch needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@
