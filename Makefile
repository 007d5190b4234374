# Every command of the repository. `make` alone lists them in words.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SERVED := $(VENV)/.installed-to-serve
TESTED := $(VENV)/.installed-to-test
SPOKEN := src/lk/locale/en/LC_MESSAGES/lk.mo
HTMX := src/lk/static/vendor/htmx.min.js
AXE := node_modules/axe-core/axe.min.js
JUDGES := tools/audit/node_modules/.package-lock.json
LOCK := $(shell command -v uv || echo $(BIN)/uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-setup check messages format faults bench screenshots audit lock clean

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(SERVED) $(HTMX) $(SPOKEN) ## what `make run` needs: .venv with lk in it, static files

run: export LK_PUBLIC_URL ?= http://localhost:$(PORT)
run: export LK_NOW_FILE ?= var/now
run: setup ## the cabinet with the demo town, on http://localhost:8000 (PORT=9000 for another port)
	@mkdir -p var
	@$(BIN)/lk migrate
	@$(BIN)/lk demo --if-empty
	@exec $(BIN)/lk serve --port $(PORT)

test: setup test-setup ## the whole suite, Chromium and PostgreSQL included (ARGS="-k reading" for a part)
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-setup: $(TESTED) $(AXE) ## what `make test` needs besides: test tools, Chromium, PostgreSQL
	@tools/test-setup

check: setup $(TESTED) ## format, lint, types, locks, import contracts, templates; no server
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(PIP) check --quiet
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint --lint --quiet src/lk
	@$(BIN)/python tools/check_templates.py
	@$(BIN)/python -m tools.messages --check

messages: setup $(TESTED) ## brings the catalogs of src/lk/locale up to the words of the source, and says what is missing
	@$(BIN)/python -m tools.messages

format: $(TESTED) ## rewrites the Python files in the house's format
	@$(BIN)/ruff check --fix --select I .
	@$(BIN)/ruff format .

faults: setup test-setup ## everything that may fail, in full counts; some hours (FAULTS_ACCOUNTS=1000000 FAULTS_KILLS=5: of the killed months)
	@FAULTS=full $(BIN)/python -m pytest tests/faults -n 2 --dist loadfile

bench: setup $(TESTED) ## the benchmarks: figure, limit or peer of the same run, ratio; half an hour (ARGS=50000: a smaller bill run)
	@$(BIN)/python -m tools.bench $(ARGS)

screenshots: setup test-setup ## pictures of every page, phone and desk, light and dark (FOLDER=var/screens, SCREENS=bill for some)
	@$(BIN)/python -m tools.screenshots $(FOLDER)

audit: setup test-setup $(JUDGES) ## axe, the HTML checker and Lighthouse on every page of a demo town (AUDIT=bill for some); about a quarter of an hour
	@tools/test-setup java
	@$(BIN)/python -m tools.audit

lock: ## writes the locks anew from pyproject.toml and package.json; needs uv (UPGRADE=--upgrade: newest)
	$(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock
	$(LOCK) $(UPGRADE) -c requirements.lock --group build -o requirements-build.lock
	$(LOCK) $(UPGRADE) -c requirements.lock -c requirements-build.lock pyproject.toml --group dev -o requirements-dev.lock
	for folder in . tools/audit; do \
		npm install --prefix $$folder --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund; \
	done

clean: ## removes what the set-up made; the database in var/ stays
	rm -rf $(VENV) node_modules tools/audit/node_modules $(dir $(HTMX)) dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# The build backends come from a hashed lock too, so that nothing unhashed is ever fetched. A lock is whole, so pip
# resolves nothing (--no-deps): it would ask for the newest release of a package that is named again with an extra.
$(SERVED): requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo 'Installing lk and what it needs into $(VENV)'
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements-build.lock -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(TESTED): requirements-dev.lock $(SERVED)
	@echo 'Installing the test tools into $(VENV)'
	@$(PIP) install --quiet --no-deps --require-hashes --no-build-isolation -r requirements-dev.lock
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'lk needs Python 3.11 or newer: PYTHON=python3.12 make …' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo 'This Python cannot make a virtual environment: install python3-venv' >&2; exit 1; }

$(HTMX): package-lock.json
	@command -v npm >/dev/null || { echo 'lk needs npm (Node 18 or newer) to fetch htmx' >&2; exit 1; }
	@echo 'Fetching htmx'
	@npm ci --omit=dev --silent --ignore-scripts --no-audit --no-fund
	@mkdir -p $(@D)
	@cp node_modules/htmx.org/dist/htmx.min.js $@

$(SPOKEN): $(wildcard src/lk/locale/*/LC_MESSAGES/lk.po) | $(SERVED)
	@$(BIN)/pybabel --quiet compile --domain lk --directory src/lk/locale
	@touch $@

$(AXE): package-lock.json $(HTMX)
	@npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(JUDGES): tools/audit/package-lock.json
	@echo 'Fetching what judges the pages'
	@npm ci --prefix tools/audit --silent --ignore-scripts --no-audit --no-fund
