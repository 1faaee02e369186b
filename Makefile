# The menu. Needs GNU make and Python 3.11 or newer; everything else goes into .venv.
# Five locks: what `run` needs, that plus the tools, and in environments of their own the bench's peers,
# which want another pydantic, what makes the site, and what looks at the supply chain. Each is installed
# once, and again when it changes.

BIN := .venv/bin
PEERS := .venv/peers
SITE := .venv/site
SUPPLY := .venv/supply
PYTHON ?=
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
LOCKED := --require-hashes --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# What Python compiles is kept, whatever the shell says: each worker and each service that a test starts
# would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint types words tour faults soak mutants bench alerts doctor docs supply lock clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(BIN)/.installed-run ## set up what is missing, then run the bot and its sandbox
	@exec $(BIN)/python -m bot run

# Three at a time: on two cores there is time left while some wait; more would be quicker, but some
# measure seconds.
test: $(BIN)/.installed-dev ## the tests
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not faults and not soak" $(ARGS)

lint: $(BIN)/.installed-dev ## style, who may import whom, and what is known to be unsafe
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit -q -ll -c pyproject.toml -r bot core adapters

types: $(BIN)/.installed-dev ## mypy, strict
	$(BIN)/mypy

words: $(BIN)/.installed-dev ## bring bot/locales up to date with the code
	$(BIN)/python -m tests.catalogue

tour: $(BIN)/.installed-dev ## play a newcomer's first minutes in Chromium, into docs/first-minutes.md
	$(BIN)/python -m tests.tour

# Two at a time, a test each; what measures seconds comes last, alone.
faults: $(BIN)/.installed-dev ## kill -9, bad lines, races: an hour, and docs/promises.md
	$(BIN)/python -m pytest -n 2 --dist load --maxschedchunk 1 -p tests.promises --promises docs/promises.md $(ARGS)

soak: $(BIN)/.installed-dev ## the longest runs
	$(BIN)/python -m pytest -m soak $(ARGS)

mutants: $(BIN)/.installed-dev ## change the code bit by bit: which change does no test notice? hours
	$(BIN)/python -m tests.mutants --report docs/mutants.md $(ARGS)

alerts: ## what Prometheus says to ops/alerts.yml, by its own promtool
	promtool check rules ops/alerts.yml
	promtool test rules tests/alerts_fire.yml

bench: $(BIN)/.installed-dev $(PEERS)/.installed ## measure, and compare with peers
	$(BIN)/python -m tests.bench $(ARGS)

doctor: $(BIN)/.installed-run ## what is wrong with the set-up, and how to mend it
	@$(BIN)/python -m bot doctor $(ARGS)

docs: $(SITE)/.installed ## the documentation as a site, into data/site
	@NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --quiet --config-file ops/mkdocs.yml
	@echo "Open data/site/index.html"

supply: $(SUPPLY)/.installed ## what is in it, into data/sbom.json; and is there a secret in the history?
	@mkdir -p data
	@$(SUPPLY)/bin/cyclonedx-py requirements requirements.lock --output-file data/sbom.json
	@$(SUPPLY)/bin/python ops/history.py

lock: $(BIN)/python ## resolve pyproject.toml again into the locks
	@echo "Resolving requirements-dev.lock, then the others with the same versions."
	@$(PIP) uv
	@$(COMPILE) pyproject.toml --upgrade --group dev -o requirements-dev.lock
	@$(COMPILE) pyproject.toml --upgrade --no-annotate --constraint requirements-dev.lock -o requirements.lock
	@$(COMPILE) --upgrade --no-annotate --group bench -o requirements-bench.lock
	@$(COMPILE) --upgrade --no-annotate --group docs -o requirements-docs.lock
	@$(COMPILE) --upgrade --no-annotate --group supply -o requirements-supply.lock

clean: ## remove the environment and every cache; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/.installed-run: requirements.lock | $(BIN)/python
	@echo "Installing what the bot needs into .venv (once)."
	@$(PIP) $(LOCKED) -r requirements.lock
	@touch $@

$(BIN)/.installed-dev: requirements-dev.lock | $(BIN)/python
	@echo "Installing what the bot and its tools need into .venv (once)."
	@$(PIP) $(LOCKED) -r requirements-dev.lock
	@touch $@

$(PEERS)/.installed: requirements-bench.lock | $(BIN)/python
	@echo "Installing the bench's peers into $(PEERS) (once)."
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -qq --disable-pip-version-check --no-input $(LOCKED) -r requirements-bench.lock
	@touch $@

$(SITE)/.installed: requirements-docs.lock | $(BIN)/python
	@echo "Installing what makes the site into $(SITE) (once)."
	@$(BIN)/python -m venv $(SITE)
	@$(SITE)/bin/python -m pip install -qq --disable-pip-version-check --no-input $(LOCKED) -r requirements-docs.lock
	@touch $@

$(SUPPLY)/.installed: requirements-supply.lock | $(BIN)/python
	@echo "Installing what looks at the supply chain into $(SUPPLY) (once)."
	@$(BIN)/python -m venv $(SUPPLY)
	@$(SUPPLY)/bin/python -m pip install -qq --disable-pip-version-check --no-input $(LOCKED) -r requirements-supply.lock
	@touch $@

$(BIN)/python:
	@for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -m venv .venv >/dev/null 2>&1 && exit 0; \
		rm -rf .venv; \
		echo "$$python cannot make virtual environments: install its venv package (Debian: python3-venv)." >&2; exit 1; \
	done; \
	echo "Python 3.11 or newer is needed and was not found: install it, or give its path: make run PYTHON=/path/to/python3.11" >&2; exit 1
