# Everything runs inside .venv, which `make install` builds from a lock file with hashes.
PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := $(BIN)/python -m pytest -n 2

.PHONY: install run demo test test-postgres lint format types schema check soak bench messages lock clean

install: $(STAMP)

$(STAMP): requirements/dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

run: install
	$(BIN)/python -m gql_workflows.server --demo --port $(PORT)

demo: install
	$(BIN)/python -m gql_workflows.demo

test: install
	env -u DATABASE_URL $(PYTEST)

test-postgres: install
	@test -n "$$DATABASE_URL" || { echo "test-postgres needs DATABASE_URL, e.g. postgres://user:password@127.0.0.1:5432/name" >&2; exit 2; }
	$(PYTEST) --require-postgres $(PYTEST_ARGS)

soak: install
	@test -n "$$DATABASE_URL" || { echo "soak needs DATABASE_URL" >&2; exit 2; }
	ROUNDS=200 $(BIN)/python -m pytest --require-postgres tests/postgres

bench: install
	@test -n "$$DATABASE_URL" || { echo "bench needs DATABASE_URL" >&2; exit 2; }
	$(BIN)/python -m benchmarks

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What an install compiles, compiled again where its texts were edited since.
CATALOGUES := $(wildcard */locale/*/LC_MESSAGES/django.po)
install: $(CATALOGUES:.po=.mo)

%.mo: %.po | $(STAMP)
	$(BIN)/python hatch_build.py

messages: install
	$(BIN)/python -m catalogues

types: install
	$(BIN)/mypy

schema: install
	$(BIN)/python manage.py print_schema > schema.graphql

check: lint types
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py print_schema | diff -u schema.graphql -

lock:
	uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --upgrade -o requirements/dev.lock

clean:
	rm -rf $(VENV) var build dist
