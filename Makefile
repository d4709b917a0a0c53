# Everything that people and CI do here, by name. Needs make and Python 3.11 or newer.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

BIN := .venv/bin
SETUP := .venv/.hitchpost-is-set-up
DATA ?= data

# The first Python that is new enough.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$python && break; done)

.PHONY: help
help: ## print what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## The environment

.PHONY: setup
setup: $(SETUP) ## make .venv with everything that work here needs

$(SETUP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Hitchpost needs Python 3.11 or newer: install it," \
		"or name it with 'make PYTHON=...'" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual" \
		"environments: install venv, for example with 'apt install python3-venv'" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[server,nats,dev]'
	@touch $@

.PHONY: pins
pins: setup ## write what .venv holds to constraints.txt
	@sed '/^[^#]/d' constraints.txt > .venv/constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable >> .venv/constraints.txt
	@mv .venv/constraints.txt constraints.txt && touch $(SETUP)

## Trying it

.PHONY: serve
serve: setup ## run a server on port 2023, with its data in ./data (DATA=...)
	$(BIN)/hitchpost serve --data $(DATA)

.PHONY: demo
demo: setup ## watch a workflow wait for the outside world
	$(BIN)/hitchpost demo

## Checks

.PHONY: check
check: COVERAGE := --cov --cov-report=term
check: lint types imports generated contract table test ## do everything that CI does

.PHONY: lint
lint: setup ## check form and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: setup ## check types
	$(BIN)/mypy
	$(BIN)/mypy scripts

.PHONY: imports
imports: setup ## check who imports whom
	$(BIN)/lint-imports --no-logo

.PHONY: generated
generated: setup ## check that the generated code is what the protos say
	$(BIN)/python scripts/generate.py --check

.PHONY: contract
contract: setup ## check the protos: comments, lint, and that nothing released breaks
	$(BIN)/python scripts/check_comments.py
	$(BIN)/python scripts/check_contract.py

.PHONY: table
table: setup ## check the generated tables in docs
	$(BIN)/python scripts/littlehorse_table.py --check
	$(BIN)/python scripts/settings_table.py --check
	$(BIN)/python scripts/streams_table.py --check
	$(BIN)/python scripts/feed_types.py --check

.PHONY: test
test: setup ## run the tests, but for the long ones
	$(BIN)/pytest -q -m 'not long' --numprocesses 2 --dist worksteal $(COVERAGE)

.PHONY: test-long
test-long: setup ## run all tests, the long ones too
	$(BIN)/pytest -q

.PHONY: bench
bench: setup ## measure
	$(BIN)/python -m bench

## Changing it

.PHONY: format
format: setup ## put the code in form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: generate
generate: setup ## write what is generated: code from the protos, tables in the docs
	$(BIN)/python scripts/generate.py
	$(BIN)/python scripts/littlehorse_table.py
	$(BIN)/python scripts/settings_table.py
	$(BIN)/python scripts/streams_table.py
	$(BIN)/python scripts/feed_types.py

.PHONY: release-contract
release-contract: setup ## take the protos as released: later ones may not break them
	$(BIN)/python scripts/check_contract.py --release
