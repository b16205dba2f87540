# The front door: `make` prints every target. Settings come from the environment (README.md lists them).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Node 24 and every tool come from the project's own packages, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export DBT_PROFILES_DIR ?= $(CURDIR)
export DBT_SEND_ANONYMOUS_USAGE_STATS ?= false

DBT ?= .venv/bin/dbt
ARGS ?=
DBT_ARGS ?=

.PHONY: help setup demo sync build activate purge export status docs doctor test bench fault lint types check clean lock

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: node_modules/.ready .venv/.ready ## Install what everything else needs (the other targets do it by themselves)

demo: setup ## Sync a made-up support desk into data/demo.duckdb and build every model
	@node test/fake/demo.ts $(ARGS)

sync: setup ## Bring what changed in Intercom into the warehouse (ARGS="--since 2026-01-01" and so on)
	@npm run --silent loader -- sync $(ARGS)

build: setup ## Build and test the dbt models (DBT=… replaces the command, DBT_ARGS="--select …" adds to it)
	@$(DBT) build $(DBT_ARGS)

activate: setup ## Tell PostHog or Attio of each closed ticket, once (DEST=posthog|attio, ARGS="--dry-run")
	@test -n "$(DEST)" || { echo "make activate needs DEST=posthog or DEST=attio." >&2; exit 2; }
	@npm run --silent loader -- activate $(DEST) $(ARGS)

purge: setup ## Remove every trace of conversations deleted in Intercom, then build (ARGS="--contact ann@example.com --dry-run")
	@npm run --silent loader -- purge $(ARGS)
	$(if $(findstring --dry-run,$(ARGS)),,@$(DBT) build $(DBT_ARGS))

export: setup ## Write the conversations mart to standard output (ARGS="--format csv")
	@npm run --silent loader -- export $(ARGS)

status: setup ## Say for each stream how far it has come
	@npm run --silent loader -- status $(ARGS)

docs: setup ## Write dbt's documentation of every table and column as one page, target/static_index.html
	@$(DBT) docs generate --static $(DBT_ARGS)

doctor: setup ## Check token, scopes, warehouse, permissions and dbt, and say what is missing
	@npm run --silent loader -- doctor $(ARGS)

test: setup .venv-statistics/.ready ## Run every test
	@npm test --silent

bench: setup ## Measure speed, requests, rate limit and memory against the fake (ARGS="--sizes 5000,200000")
	@node test/bench/main.ts $(ARGS)

fault: setup ## Break everything that can break, and compare with an undisturbed run (SEED=… repeats one)
	@node test/fault/main.ts $(if $(SEED),--seed $(SEED)) $(ARGS)
	@node test/activate/main.ts $(if $(SEED),--seed $(SEED))

lint: setup ## Format and lint checks of TypeScript and SQL, dead code
	@npm run --silent lint
	@.venv/bin/sqlfluff lint --disable-progress-bar models macros
	@WAREHOUSE=bigquery .venv/bin/sqlfluff lint --disable-progress-bar --dialect bigquery models macros

types: setup ## Type check
	@npm run --silent types

check: lint types test ## Everything that CI checks

clean: ## Remove what was built (never a warehouse: data/ stays)
	rm -rf target logs node_modules .venv .venv-statistics .tools

lock: .tools/bin/uv ## Write the Python lock files anew from their requirements.in
	for folder in . test/statistics; do \
		.tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate --no-emit-index-url $$folder/requirements.in --output-file $$folder/requirements.lock; \
	done

node_modules/.ready: package-lock.json
	@command -v node > /dev/null || { echo "make setup needs Node.js 20 or newer: install it and run again." >&2; exit 2; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' \
		|| { echo "make setup needs Node.js 20 or newer; this is $$(node -v)." >&2; exit 2; }
	@# Not `npm ci`: it wants every platform's optional packages in the lock file, and a registry may lack some of them.
	npm install --no-save
	@touch $@

.tools/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make setup needs Python 3.11 or newer as python3." >&2; exit 2; }
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.ready: requirements.lock | .tools/bin/uv
	.tools/bin/uv venv --quiet --clear .venv
	.tools/bin/uv pip sync --quiet --python .venv --require-hashes requirements.lock
	@touch $@

# What the statistics are compared with: scipy, statsmodels, lifelines and a public table.
.venv-statistics/.ready: test/statistics/requirements.lock test/statistics/datasets.lock | .tools/bin/uv
	.tools/bin/uv venv --quiet --clear .venv-statistics
	.tools/bin/uv pip sync --quiet --python .venv-statistics --require-hashes $^
	@touch $@
