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

# Targets run one after the other, also with -j: a build needs the sync before it.
.NOTPARALLEL:

# Runs a command of the loader. Its exit 6 (done, but some records were rejected) is a warning: `make sync build` builds what
# was loaded. Any other failure stops make. make itself ends with 2 then, so the loader's own code is named.
define loader
code=0; npm run --silent loader -- $(1) || code=$$?; case "$$code" in \
	0) ;; \
	6) echo "make $@: warning: the loader ended with exit code 6: it is done, but some records were rejected (the reasons are in the table $(or $(2),_rejected)). make goes on." >&2 ;; \
	*) echo "make $@: the loader ended with exit code $$code (\`npm run --silent loader -- --help\` says what it means). make stops." >&2; exit "$$code" ;; \
esac
endef

# Set-up says what it does on standard error: `make export > rows.csv` sets up first on a fresh machine.
setting-up = { echo "make setup: $(1)"; $(1); } >&2

# make's own "Entering directory", which -C turns on, is out before this file is read: it can only be said.
ifneq (,$(findstring w,$(filter-out --%,$(firstword -$(MAKEFLAGS)))))
$(warning make -C writes two lines of its own to standard output: add -s where a program reads it)
endif

.PHONY: help setup demo sync build activate purge export status docs doctor test bench fault lint types check clean lock

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: node_modules/.ready .venv/.ready ## Install what everything else needs (the other targets do it by themselves)

demo: setup ## Sync a made-up support desk into data/demo.duckdb and build every model
	@node test/fake/demo.ts $(ARGS)

sync: setup ## Bring what changed in Intercom into the warehouse (ARGS="--since 2026-01-01" and so on)
	@$(call loader,sync $(ARGS))

build: setup ## Build and test the dbt models (DBT=… replaces the command, DBT_ARGS="--select …" adds to it)
	@$(DBT) build $(DBT_ARGS)

activate: setup ## Tell PostHog or Attio of each closed ticket, once (DEST=posthog|attio, ARGS="--dry-run")
	@test -n "$(DEST)" || { echo "make activate needs DEST=posthog or DEST=attio." >&2; exit 2; }
	@$(call loader,activate $(DEST) $(ARGS),_activations)

purge: setup ## Remove every trace of conversations deleted in Intercom, then build (ARGS="--contact ann@example.com --dry-run")
	@$(call loader,purge $(ARGS))
	$(if $(findstring --dry-run,$(ARGS)),,@$(DBT) build $(DBT_ARGS) >&2)

export: setup ## Write the conversations mart to standard output (ARGS="--format csv")
	@$(call loader,export $(ARGS))

status: setup ## Say for each stream how far it has come
	@$(call loader,status $(ARGS))

docs: setup ## Write dbt's documentation of every table and column as one page, target/static_index.html
	@$(DBT) docs generate --static $(DBT_ARGS)

doctor: setup ## Check token, scopes, warehouse, permissions and dbt, and say what is missing
	@$(call loader,doctor $(ARGS))

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
	@$(call setting-up,npm install --no-save)
	@touch $@

.tools/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make setup needs Python 3.11 or newer as python3." >&2; exit 2; }
	@$(call setting-up,python3 -m venv .tools)
	@$(call setting-up,.tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9)

.venv/.ready: requirements.lock | .tools/bin/uv
	@$(call setting-up,.tools/bin/uv venv --quiet --clear .venv)
	@$(call setting-up,.tools/bin/uv pip sync --quiet --python .venv --require-hashes requirements.lock)
	@touch $@

# What the statistics are compared with: scipy, statsmodels, lifelines and a public table.
.venv-statistics/.ready: test/statistics/requirements.lock test/statistics/datasets.lock | .tools/bin/uv
	@$(call setting-up,.tools/bin/uv venv --quiet --clear .venv-statistics)
	@$(call setting-up,.tools/bin/uv pip sync --quiet --python .venv-statistics --require-hashes $^)
	@touch $@
