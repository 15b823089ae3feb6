# Everything runs inside .venv, which `make install` builds from a lock file with hashes.
# The interpreter is PYTHON=…, else the newest that is here.
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ENVIRONMENT := requirements/environment.sh
PYTEST := $(BIN)/python -m pytest -n 2

.PHONY: install run demo replay test test-browser test-lowest test-without-plans test-platforms test-packages test-postgres test-mariadb lint format types schema check lint-schema node release-schema clients soak bench growth attaching loadtest messages tables lock clean

install: $(STAMP)

$(STAMP): requirements/dev.lock pyproject.toml engine/pyproject.toml
	@$(ENVIRONMENT) $(VENV) requirements/dev.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e engine -e .
	@touch $(STAMP)

run: install
	$(BIN)/python -m gql_workflows.server --demo --port $(PORT)

demo: install
	$(BIN)/python -m gql_workflows.demo

# Approval histories played once more: LOGS are files in XES or folders of them, without which a made-up log is; REPLAY=--engine is
# without the API, for speed.
replay: install
	$(BIN)/python -m examples.replay $(REPLAY) $(LOGS)

test: install
	env -u DATABASE_URL $(PYTEST) $(PYTEST_ARGS)

test-browser: install
	$(BIN)/python -m pytest --require-browser tests/browser

# Every small world in every order, which tells nothing more of another release.
WITHOUT_WORLDS := --ignore tests/engine/decisions/test_small_worlds.py

# The oldest releases that pyproject.toml allows, in an environment of their own; dev.lock has the newest.
LOWEST := .venv-lowest

$(LOWEST)/.installed: requirements/lowest.lock
	@PYTHON=python3.11 $(ENVIRONMENT) $(LOWEST) $<
	@touch $@

test-lowest: install $(LOWEST)/.installed
	env -u DATABASE_URL $(LOWEST)/bin/python -m pytest -n 2 tests/api tests/engine/decisions \
	  --ignore tests/api/buttons --ignore tests/api/security --ignore tests/api/statements --ignore tests/api/hostile \
	  $(WITHOUT_WORLDS)

# The API where graphql-core resolves every field by itself.
PLANLESS_TESTS ?= tests/api

test-without-plans: install
	env -u DATABASE_URL PLANS=false $(PYTEST) $(PLANLESS_TESTS)

# What differs by interpreter and by release of Django, on each of them that can be had here.
PLATFORM_TESTS ?= tests/reference tests/engine/admin tests/engine/decisions tests/engine/configuration \
  tests/engine/test_following_objects.py tests/api/test_lists.py tests/languages \
  "tests/worlds/test_worlds.py::test_the_journey_is_made[home]" $(WITHOUT_WORLDS)

test-platforms: install
	env -u DATABASE_URL $(BIN)/python -m platforms $(PLATFORM_TESTS)

# The archives of the engine and of the API, in empty environments and empty projects.
test-packages: install
	$(BIN)/python -m platforms.packages

test-postgres: install
	@test -n "$$DATABASE_URL" || { echo "test-postgres needs DATABASE_URL, e.g. postgres://user:password@127.0.0.1:5432/name" >&2; exit 2; }
	$(PYTEST) --require-postgres $(PYTEST_ARGS)

# The driver is built from C where no wheel fits: it needs a compiler, pkg-config and the headers of libmariadb-dev.
MYSQL := $(VENV)/.mysql-installed

$(MYSQL): requirements/mysql.lock $(STAMP)
	@$(ENVIRONMENT) $(VENV) $<
	@touch $@

# The engine, the API, the races and the worlds on MariaDB or MySQL; what is of PostgreSQL alone is skipped.
MARIADB_TESTS ?= tests/engine tests/races tests/worlds tests/api tests/operation/test_database_away.py

test-mariadb: install $(MYSQL)
	@case "$$DATABASE_URL" in mysql:*) ;; *) echo "test-mariadb needs DATABASE_URL, e.g. mysql://root@127.0.0.1:3306/name" >&2; exit 2;; esac
	$(PYTEST) $(MARIADB_TESTS) $(PYTEST_ARGS)

soak: install
	@test -n "$$DATABASE_URL" || { echo "soak needs DATABASE_URL" >&2; exit 2; }
	ROUNDS=200 $(BIN)/python -m pytest --require-postgres -m "postgres or server" --timeout 1200
	ROUNDS=200 $(PYTEST) --require-postgres tests/api/differential
	ROUNDS=50 $(PYTEST) --require-postgres --timeout 3600 tests/people_and_time
	$(PYTEST) --require-postgres tests/worlds

# graphene-django needs another graphql-core than strawberry: an environment of its own, for the comparison alone.
GRAPHENE := benchmarks/graphene/.venv

$(GRAPHENE)/.installed: benchmarks/graphene/requirements.lock
	@$(ENVIRONMENT) $(GRAPHENE) $<
	@touch $@

bench: install $(GRAPHENE)/.installed
	@test -n "$$DATABASE_URL" || { echo "bench needs DATABASE_URL" >&2; exit 2; }
	$(BIN)/python -m benchmarks

# How pages grow with the number of runs, on a temporary database: a table, and docs/growth.svg. SIZES=2000,20000 is a quick trial.
growth: install
	@test -n "$$DATABASE_URL" || { echo "growth needs DATABASE_URL" >&2; exit 2; }
	$(BIN)/python -m benchmarks.growth

# Many objects attached together and one by one, on a temporary database, and whether both wrote the same. OBJECTS=1000 is a quick trial.
attaching: install
	@test -n "$$DATABASE_URL" || { echo "attaching needs DATABASE_URL" >&2; exit 2; }
	$(BIN)/python -m benchmarks.attaching

# Decisions and reads of 16 clients at once, and whether every row is right afterwards. WORKERS, CLIENTS, SECONDS, READS and RUNS
# choose how much; it needs a Redis, at REDIS_URL or on this machine.
loadtest: install
	@test -n "$$DATABASE_URL" || { echo "loadtest needs DATABASE_URL" >&2; exit 2; }
	$(BIN)/python -m benchmarks.load

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry gql_workflows
	$(BIN)/deptry django_workflow_engine --config engine/pyproject.toml

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What an install compiles, compiled again where its texts were edited since.
CATALOGUES := $(wildcard */locale/*/LC_MESSAGES/django.po)
install: $(CATALOGUES:.po=.mo)

%.mo: %.po | $(STAMP)
	$(BIN)/python engine/hatch_build.py

# GraphiQL, bundled again where its sources were edited since; without npm's packages the rest still works.
GRAPHIQL := gql_workflows/static/gql_workflows/graphiql/manifest.json
install: $(GRAPHIQL)

$(GRAPHIQL): $(wildcard graphiql/*.py graphiql/*.js graphiql/*.json graphiql/.npmrc graphiql/src/*) | $(STAMP)
	$(BIN)/python graphiql/build.py --optional

messages: install
	$(BIN)/python -m catalogues

# The manual's tables of settings, from the code.
tables: install
	$(BIN)/python -m docs.tables

types: install
	$(BIN)/mypy

schema: install
	$(BIN)/python manage.py print_schema > schema.graphql

check: lint types
	DEMO=true $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py print_schema | diff -u schema.graphql -
	$(BIN)/python manage.py check_breaking_changes releases

# Part of a release: what is promised from then on. Before the first one, delete the file to promise something else.
release-schema: install
	$(BIN)/python manage.py check_breaking_changes releases
	cp schema.graphql releases/$$($(BIN)/hatchling version).graphql

# The packages of an npm project, installed anew when its lock file changed.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --silent --prefer-offline
	touch $@

# What the tests marked `node` need.
node: tests/protocol/node_modules/.package-lock.json tests/frontend/node_modules/.package-lock.json

lint-schema: schema-lint/node_modules/.package-lock.json
	cd schema-lint && npm run --silent lint

# The example clients: generated, compiled and run against a live server, and against one that runs their documents alone.
clients: install examples/typescript/node_modules/.package-lock.json
	cd examples/typescript && npm run --silent build
	$(BIN)/python -m examples typescript python
	$(BIN)/python -m examples typescript python --trusted

# Made for every interpreter and system at once; what is pinned stays unless LOCK_OPTIONS=--upgrade says so.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-package gql-workflows-engine $(LOCK_OPTIONS)
PROJECT := pyproject.toml requirements/engine.in
DEFAULT_DJANGO := --constraint requirements/django-5.2.in

# The bounds of the engine are direct ones, too, where the oldest releases are taken: hence its extras by name.
lock: install
	$(LOCK) $(PROJECT) --extra dev --python-version 3.11 $(DEFAULT_DJANGO) -o requirements/dev.lock
	$(LOCK) $(PROJECT) engine/pyproject.toml --extra dev --extra drf --extra celery --python-version 3.11 $(DEFAULT_DJANGO) --resolution lowest-direct --upgrade -o requirements/lowest.lock
	$(LOCK) $(PROJECT) --extra server --extra celery --python-version 3.11 --constraint requirements/dev.lock -o requirements/server.lock
	$(LOCK) $(PROJECT) --extra mysql --python-version 3.11 --constraint requirements/dev.lock -o requirements/mysql.lock
	$(LOCK) requirements/django-6.0.in --python-version 3.12 -o requirements/django-6.0.lock
	$(LOCK) requirements/django-6.1.in --python-version 3.12 -o requirements/django-6.1.lock
	$(LOCK) benchmarks/graphene/requirements.in --python-version 3.11 -o benchmarks/graphene/requirements.lock

clean:
	rm -rf $(VENV) $(LOWEST) .venv-platforms $(GRAPHENE) var build dist
