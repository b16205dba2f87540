# The front door: `make` prints every target. Settings come from the environment (docs/configuration.md lists them).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Node 24 and every tool come from the project's own packages, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export DBT_PROFILES_DIR ?= $(CURDIR)
export DBT_SEND_ANONYMOUS_USAGE_STATS ?= false

DBT ?= .venv/bin/python run_dbt.py
ARGS ?=
DBT_ARGS ?=
# Which data tests a build runs: `new` checks the rows of each mart by themselves; `all` also compares tables, over all history.
CHECKS ?= new

# Targets run one after the other, also with -j: a build needs the sync before it.
.NOTPARALLEL:

# What a target writes is for this user alone, whatever command DBT names, and a crash writes no memory to disk: it holds secrets.
private = umask 077; ulimit -c 0

# What a query shows, and what it asks for, is for the terminal alone: dbt would keep both.
without-log = --log-level-file none --no-write-json
leaving-no-rows = trap 'rm -rf "$${DBT_TARGET_PATH:-target}"/compiled/*/"from remote system.sql"' EXIT

# dbt's errors may quote a value, and compiled statements what somebody asked for: both go with what is purged. Only what dbt names
# after this project goes: a folder that you name may have more.
forget-builds = rm -rf "$${DBT_TARGET_PATH:-target}"/{compiled,run}/intercom_warehouse "$${DBT_TARGET_PATH:-target}"/run_results.json "$${DBT_LOG_PATH:-logs}"/dbt.log*

# Runs a command of the loader. Its exit code 6 (done, but some records were rejected) is a warning: `make sync build` builds
# what was loaded. Any other code but 0 stops make. make itself then ends with 2, so the message names the loader's code.
define loader
code=0; npm run --silent loader -- $(1) || code=$$?; case "$$code" in \
	0) ;; \
	6) echo "make $@: warning: the loader ended with exit code 6: some records were rejected (their reasons are in the table $(or $(2),_rejected)). make goes on." >&2 ;; \
	*) echo "make $@: the loader ended with exit code $$code (docs/runbook.md says what to do; make itself ends with 2). make stops." >&2; exit "$$code" ;; \
esac
endef

# dbt prints two lines for each of its 800 steps. This filter shows a count of the steps on a terminal, and drops what says
# only that all is well. Every other line is shown as dbt wrote it: failures and warnings stay whole. A warehouse without
# conversations is a sentence of ours, so dbt's lines around the sentence are dropped.
define QUIET_DBT
{
	line = $$0
	gsub(/\033\[[0-9;]*m/, "", line)
	sub(/^[0-9]+:[0-9]+:[0-9]+  /, "", line)
}
line ~ /^[0-9]+ of [0-9]+ (START|OK|PASS|NO-OP|SKIP) / {
	split(line, word, " ")
	if (terminal && word[1] > steps) { steps = word[1]; printf "\r%d of %d", steps, word[3]; fflush() }
	next
}
line == "" || line ~ /^(Running with dbt|Registered adapter|Found [0-9]|Concurrency|Completed successfully)/ { next }
line ~ /partial pars/ { next }
line ~ /^(Finished running  in |Encountered an error:$$)/ { held = held line "\n"; next }
line ~ /^Compilation Error in operation .*-on-run-start-/ { held = held line "\n"; next }
line ~ /has no conversations yet: run / { held = ""; sub(/^ +/, "", line); print line; isSaid = 1; next }
isSaid && line ~ /^ *(> .*)?$$/ { next }
{ if (terminal) printf "\r\033[K"; printf "%s%s\n", held, line; held = ""; fflush() }
END { printf "%s", held }
endef
export QUIET_DBT

# dbt makes a file that is missing. Beside the default file of earlier versions, a new file would hide the earlier one from
# the loader, and the next sync would fetch everything again. The loader says what to do, and ends with 2.
define not-beside-earlier-file
if [ "$${WAREHOUSE:-duckdb}" = duckdb ] && [ -z "$${DUCKDB_PATH:-}" ] && [ -e data/intercom.duckdb ] && [ ! -e data/warehouse.duckdb ]; then \
	npm run --silent loader -- status || exit 2; \
fi
endef

# Builds and tests the models. On DuckDB, readers then get the marts in a file of their own. dbt's own log file keeps every line,
# also those that are dropped here. `pipefail` is set again: the make of macOS (3.81) knows no .SHELLFLAGS, and a failed build
# must not pass.
define build-models
$(private); \
$(not-beside-earlier-file); \
echo "Building and testing the models (logs/dbt.log has each step)"; \
terminal=0; [ ! -t 1 ] || terminal=1; set -o pipefail; \
$(DBT) build --exclude-resource-type unit_test $(if $(filter all,$(CHECKS)),,--exclude tag:daily) $(DBT_ARGS) | awk -v terminal=$$terminal "$$QUIET_DBT" || exit; \
if [ "$${WAREHOUSE:-duckdb}" = duckdb ] && [ -e "$${DUCKDB_PATH:-data/warehouse.duckdb}" ]; then $(call loader,snapshot --if-any); fi
endef

# Set-up writes to standard error: `make export > rows.csv` sets up first on a fresh machine.
setting-up = { echo "make setup: $(1)"; $(1); } >&2

# dbt's page cuts each column's description after a word or two. This style shows the whole text, and hides the empty column of
# constraints.
DOCS_PAGE := target/static_index.html
WHOLE_DESCRIPTIONS := <style>.column-row td { white-space: normal !important; max-width: none !important; } \
	.column-row td:first-child { overflow-wrap: anywhere; min-width: 15rem; } .column-row td:nth-child(3) { min-width: 24rem; } \
	table:has(.column-row) :is(th, td):nth-child(4) { display: none; }</style>
whole-descriptions = sed 's|</head>|$(WHOLE_DESCRIPTIONS)</head>|' $(DOCS_PAGE) > $(DOCS_PAGE).new && mv $(DOCS_PAGE).new $(DOCS_PAGE)

# -C turns on make's own "Entering directory". make prints it before it reads this file, so a warning is all that is left.
ifneq (,$(findstring w,$(filter-out --%,$(firstword -$(MAKEFLAGS)))))
$(warning make -C writes two lines of its own to standard output: add -s where a program reads it)
endif

.PHONY: help setup setup-dev demo sync build query topics report snapshot activate purge export replay status docs doctor test bench fault fuzz soak lint types audit sbom check clean lock

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: node_modules/.ready .venv/.ready ## Install Node.js 24, the loader's packages and dbt (other targets do it by themselves)
	@$(if $(filter $@,$(MAKECMDGOALS)),echo "Everything is installed. Next: make demo (or make doctor with your own INTERCOM_ACCESS_TOKEN).",:)

setup-dev: node_modules/.ready-dev .venv/.ready-dev ## Install what tests and linters need too (their targets do it by themselves)

demo: setup ## Sync a made-up support desk into data/demo.duckdb, build every model, show the result
	@node test/fake/demo/main.ts $(ARGS)

sync: setup ## Fetch what has changed in Intercom since the last run (ARGS="--since 2026-01-01" and so on)
	@$(call loader,sync $(ARGS))

build: setup ## Build and test the models (CHECKS=all asks every test; DBT=… replaces the command, DBT_ARGS="--select …" adds to it)
	@case "$(CHECKS)" in new|all) ;; *) echo 'make build: CHECKS is "new" or "all", not "$(CHECKS)".' >&2; exit 2 ;; esac
	@$(build-models)
	@echo 'Next: make query SQL="select state, count(*) from $(or $(MARTS_DATASET),intercom).conversations group by state"'
	@echo '      make report, then open data/report.html'
	@echo '      make export ARGS="--format csv" > conversations.csv'
	@echo '      POSTHOG_API_KEY=… make activate DEST=posthog ARGS=--dry-run'

query: setup ## Run a query in the warehouse and print up to 20 rows (SQL="select …", ARGS="--limit 100 --output json")
	@test -n "$${SQL:-}" || { echo 'make query needs SQL="select …".' >&2; exit 2; }
	@$(not-beside-earlier-file)
	@$(private); $(leaving-no-rows); $(DBT) --quiet $(without-log) show --limit 20 $(ARGS) --inline "$${SQL%;}"

topics: setup ## Show what seeds/topics.csv finds in messages, and phrases to add (ARGS="--args '{messages: 5000}'")
	@$(not-beside-earlier-file)
	@$(private); $(DBT) --quiet $(without-log) run-operation print_topics $(ARGS)

report: setup ## Write a page that shows the marts: data/report.html (ARGS="--without-people --output report.html")
	@$(not-beside-earlier-file)
	@$(call loader,report $(ARGS))

snapshot: setup ## Give readers the marts in a file of their own, as each build does (ARGS="--parquet data/parquet" adds Parquet files)
	@$(not-beside-earlier-file)
	@$(call loader,snapshot $(ARGS))

activate: setup ## Send each closed ticket to PostHog or Attio, exactly once (DEST=posthog|attio, ARGS="--dry-run")
	@test -n "$(DEST)" || { echo "make activate needs DEST=posthog or DEST=attio." >&2; exit 2; }
	@$(call loader,activate $(DEST) $(ARGS),_activations)

purge: setup ## Remove every trace of conversations deleted in Intercom, then build (ARGS="--contact ann@example.com --dry-run")
	@$(call loader,purge $(ARGS))
	$(if $(findstring --dry-run,$(ARGS)),,@$(forget-builds); { $(build-models); } >&2)

export: setup ## Write one row per conversation to standard output (ARGS="--format csv")
	@$(call loader,export $(ARGS))

replay: setup ## Fill an empty warehouse from an archive, without Intercom (ARCHIVE=folder; make sync ARGS="--archive folder" makes one)
	@test -n "$${ARCHIVE:-}" || { echo "make replay needs ARCHIVE=<folder of sync --archive>." >&2; exit 2; }
	@$(call loader,replay "$${ARCHIVE}" $(ARGS))

status: setup ## Show how up to date each stream is
	@$(call loader,status $(ARGS))

docs: setup ## Write a page that describes every table and column: target/static_index.html
	@$(not-beside-earlier-file)
	@$(private); $(DBT) docs generate --static $(DBT_ARGS)
	@$(private); [ ! -e $(DOCS_PAGE) ] || { $(whole-descriptions); echo "Open $(DOCS_PAGE) in a browser."; }

doctor: setup ## Check everything that sync and build need, and say how to fix what is missing
	@$(call loader,doctor $(ARGS))

test: setup-dev .venv-statistics/.ready .venv-metricflow/.ready .venv-supply/.ready ## Run every test
	@npm test --silent

bench: setup-dev ## Measure speed, requests, rate limit and memory against the fake Intercom (ARGS="--sizes 5000,200000")
	@node test/bench/main.ts $(ARGS)

fault: setup-dev ## Fail every call in turn, and compare the result with an undisturbed run (SEED=… repeats a run)
	@node test/fault/main.ts $(if $(SEED),--seed $(SEED)) $(ARGS)
	@node test/activate/main.ts $(if $(SEED),--seed $(SEED))

fuzz: setup-dev ## Try 100,000 hostile values on each rule that has to hold for any value (SEED=… repeats a run)
	@FUZZ_CASES=100000 $(if $(SEED),FUZZ_SEED=$(SEED)) node --test --test-concurrency=$$(getconf _NPROCESSORS_ONLN) --test-reporter=spec "test/hostile/*.test.ts"

soak: setup-dev ## Run two weeks of syncs, builds and activations in some hours, amid faults and kills (SEED=…, ARGS="--days 1")
	@node test/soak/main.ts $(if $(SEED),--seed $(SEED)) $(ARGS)

lint: setup-dev ## Check the format and style of TypeScript and SQL, and find dead code
	@npm run --silent lint
	@.venv/bin/sqlfluff lint --processes 0 --disable-progress-bar models macros
	@WAREHOUSE=bigquery .venv/bin/sqlfluff lint --processes 0 --disable-progress-bar --dialect bigquery models macros

types: setup-dev ## Check the types
	@npm run --silent types

audit: setup-dev .venv-supply/.ready ## Ask the registries which packages have known faults (docs/security.md)
	@node test/supply/audit.ts $(ARGS)

sbom: setup-dev .venv-supply/.ready ## List every locked package, as bills of materials in CycloneDX: target/sbom/
	@node test/supply/bill.ts

check: lint types test ## Run everything that CI runs

clean: ## Remove what was installed and built (data/ stays: it holds your warehouse)
	rm -rf target logs node_modules .venv .venv-statistics .venv-metricflow .venv-supply .tools

lock: .tools/bin/uv ## Update each requirements.lock from its requirements.in
	for file in requirements requirements-dev requirements-uv test/statistics/requirements test/semantic/requirements test/supply/requirements; do \
		.tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate --no-emit-index-url $$file.in --output-file $$file.lock; \
	done

# Two stamps in each folder: `.ready` says that users' packages are there, `.ready-dev` that developers' are too. A developer's
# folder stays one when a lock file changes: installing for users would remove the rest.
installed-as-dev = $(wildcard $(@D)/.ready-dev)

# Node.js 24 is a package for each kind of machine, and all of them have the command `node`. npm 10 links it, and removes the
# link together with the packages of other machines; so it is linked again.
define link-node
for node in node_modules/node-*/bin/node; do \
	[ ! -e "$$node" ] || { mkdir -p node_modules/.bin; chmod +x "$$node"; ln -sf "../$${node#*/}" node_modules/.bin/node; }; \
done; \
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 24 ? 0 : 1)' \
	|| { echo "make setup: npm has no Node.js 24 for this machine. Install Node.js 24 yourself and run again." >&2; exit 2; }
endef

node_modules/.ready: package-lock.json
	@command -v node > /dev/null || { echo "make setup needs Node.js 20 or newer: install it and run again." >&2; exit 2; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' \
		|| { echo "make setup needs Node.js 20 or newer; this is $$(node -v)." >&2; exit 2; }
	@# Not `npm ci`: it wants every platform's optional packages in the lock file, and a registry may lack some of them.
	@$(call setting-up,npm install --no-save$(if $(installed-as-dev),, --omit=dev))
	@$(link-node)
	@touch $@ $(installed-as-dev)

node_modules/.ready-dev: package-lock.json | node_modules/.ready
	@$(call setting-up,npm install --no-save)
	@$(link-node)
	@touch $@

.tools/bin/uv: requirements-uv.lock
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make setup needs Python 3.11 or newer as python3." >&2; exit 2; }
	@$(call setting-up,python3 -m venv .tools)
	@$(call setting-up,.tools/bin/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-uv.lock)
	@touch $@

.venv/.ready: requirements.lock | .tools/bin/uv
	@$(call setting-up,.tools/bin/uv venv --quiet --clear .venv)
	@$(call setting-up,.tools/bin/uv pip sync --quiet --no-build --python .venv --require-hashes requirements.lock)
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	@$(call setting-up,.tools/bin/uv pip sync --quiet --no-build --python .venv --require-hashes requirements.lock requirements-dev.lock)
	@touch $@

# What the statistics are compared with: scipy, statsmodels, lifelines and a public table.
.venv-statistics/.ready: test/statistics/requirements.lock test/statistics/datasets.lock | .tools/bin/uv
	@$(call setting-up,.tools/bin/uv venv --quiet --clear .venv-statistics)
	@# autograd-gamma, of lifelines, is published as source alone.
	@$(call setting-up,.tools/bin/uv pip sync --quiet --only-binary :all: --no-binary autograd-gamma --python .venv-statistics --require-hashes $^)
	@touch $@

# What reads the semantic models: MetricFlow with its command `mf` (docs/bi.md).
.venv-metricflow/.ready: test/semantic/requirements.lock | .tools/bin/uv
	@$(call setting-up,.tools/bin/uv venv --quiet --clear .venv-metricflow)
	@# halo, MetricFlow's progress display, is published as source alone.
	@$(call setting-up,.tools/bin/uv pip sync --quiet --only-binary :all: --no-binary halo --python .venv-metricflow --require-hashes $<)
	@touch $@

# What looks at the packages themselves: `make audit` and `make sbom`.
.venv-supply/.ready: test/supply/requirements.lock | .tools/bin/uv
	@$(call setting-up,.tools/bin/uv venv --quiet --clear .venv-supply)
	@$(call setting-up,.tools/bin/uv pip sync --quiet --no-build --python .venv-supply --require-hashes $<)
	@touch $@
