# Needed: make and Python ≥ 3.11. Everything else is installed inside this folder, or named.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && { echo $$p; break; }; done)
BIN := .venv/bin
UV_LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links

.PHONY: help setup run test eval bench soak lint lock python
help:  ## show these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found."; exit 1; }

setup: python  ## both environments and the trained model
	@$(PYTHON) app/setup.py app rasa model

run: setup  ## start the service; without provider accounts with demo data and the sandbox
	@exec $(BIN)/hoidap serve --demo

test: python  ## all tests, the parts printed
	@$(PYTHON) app/setup.py dev rasa model browser postgres15
	@exec $(BIN)/python tests/run.py

eval: setup  ## how well the model understands the test sets
	@$(PYTHON) app/setup.py dev
	@$(BIN)/python tests/tools/evaluate.py
	@$(BIN)/python tests/tools/evaluate_search.py
	@$(BIN)/python tests/tools/evaluate_routing.py
	@$(BIN)/python tests/tools/evaluate_guard.py

bench: setup  ## speed beside peers, written to docs/benchmarks.md
	@$(PYTHON) app/setup.py dev bench
	@exec $(BIN)/python tests/bench/run.py

soak: setup  ## kill, restart and cut off, again and again
	@$(PYTHON) app/setup.py dev
	@exec $(BIN)/python tests/run.py soak

lint: python  ## style, types, import directions
	@$(PYTHON) app/setup.py dev
	@exec $(BIN)/python tests/run.py lint

lock:  ## renew the lock files
	$(UV_LOCK) --python-version 3.11 pyproject.toml -o requirements.lock
	$(UV_LOCK) --python-version 3.11 pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(UV_LOCK) --python-version 3.11 requirements-setup.in -o requirements-setup.lock
	$(UV_LOCK) --python-version 3.10 requirements-rasa.in -o requirements-rasa.lock
