# Everything a person does with this repository. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Settings of the caller's shell that would slow down or mislead what runs here.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_NOTIFICATIONS := true

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := .venv-peers
REDOCLY := tools/redocly/node_modules
WORKERS ?= 2
FUZZ_EXAMPLES := $(or $(EXAMPLES),100)
FUZZ_SEED := $(or $(SEED),$(shell echo $$((RANDOM * 32768 + RANDOM))))

IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c '$(IS_NEW_ENOUGH)' 2>/dev/null && { echo "$$name"; break; }; done)

# Folders that hold Python, of those that exist: mypy refuses one without any.
TYPED := $(foreach folder,api sdk tools examples benchmarks tests,\
	$(if $(shell find $(folder) -name '*.py' 2>/dev/null | head -n 1),$(folder)))

.PHONY: help
help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: $(INSTALLED) ## Make .venv with everything in it; instant when nothing changed

.PHONY: demo
demo: setup ## Start all of it with a made-up scenario, print its impact, serve it (DEMO_EXIT=1 ends at once)
	@$(BIN)/proxeny-api demo

# What tests start besides Python: PROGRAM, or PROGRAM=PACKAGE where Debian calls it otherwise.
.PHONY: programs
programs: ## Install what tests start besides Python, where it is missing, this is Debian and we are root
	@tools/install_for_tests.sh nginx pgbouncer openssl faketime systemd-analyze=systemd

.PHONY: test
test: setup programs ## Run the tests (ARGS="-k words" narrows them, WORKERS=n runs them in n processes)
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

.PHONY: fuzz
fuzz: setup ## Try the server against its document for long (SEED=n repeats a run, EXAMPLES=n sets its size)
	@echo "Seed $(FUZZ_SEED): make fuzz SEED=$(FUZZ_SEED) EXAMPLES=$(FUZZ_EXAMPLES) repeats this run."
	@PROXENY_FUZZ_SEED=$(FUZZ_SEED) PROXENY_FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) \
		$(BIN)/python -m pytest tests/contract $(ARGS)

.PHONY: check
check: setup $(REDOCLY)/.installed ## Check format, lint, types, imports, generated files, the OpenAPI document
	@echo "ruff"
	@$(BIN)/ruff format --quiet --check --output-format concise . || { echo "make fix formats them." >&2; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@echo "mypy"
	@$(BIN)/mypy --no-error-summary $(TYPED)
	@echo "import contracts"
	@$(BIN)/lint-imports > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@echo "generated files"
	@$(BIN)/proxeny-api openapi --check
	@$(BIN)/python tools/make_sdk.py --check
	@$(BIN)/python tools/make_indicator_docs.py --check
	@$(BIN)/python tools/extract_cities.py --check
	@echo "openapi document"
	@$(REDOCLY)/.bin/redocly lint --lint-config=error --format=stylish openapi/openapi.json > $(VENV)/redocly.log 2>&1 \
		|| { cat $(VENV)/redocly.log; exit 1; }
	@echo "All checks passed."

.PHONY: fix
fix: setup ## Format the code and repair what ruff can repair
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

.PHONY: serve
serve: setup ## Run the API on the bundled PostgreSQL (or on PROXENY_DATABASE_URL)
	@$(BIN)/proxeny-api serve

.PHONY: openapi
openapi: setup ## Write openapi/openapi.json anew from the code
	@$(BIN)/proxeny-api openapi

.PHONY: sdk
sdk: openapi ## Write the generated parts of the SDK anew from the OpenAPI document
	@$(BIN)/python tools/make_sdk.py

.PHONY: bench
bench: setup ## Measure what the README says about speed (ONLY=w1 measures one of benchmarks/results.md)
	@$(BIN)/python -m benchmarks $(ONLY)

.PHONY: bench-peers
bench-peers: setup $(PEERS)/.installed ## Measure what users would pick instead, doing the same work beside ours
	@$(BIN)/python -m benchmarks.rivals $(PEERS)/bin/python

.PHONY: constraints
constraints: | $(BIN)/uv ## Pin the newest fitting version of every package, with hashes (ARGS="-P name" for one alone)
	@printf '%s\n' '-e ./sdk[files]' '-e .[dev]' editables hatchling uv \
		| $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header --no-annotate --no-emit-package proxeny --no-emit-package proxeny-api \
			--output-file constraints.txt $(if $(ARGS),$(ARGS),--upgrade)
	@$(BIN)/uv pip compile benchmarks/peers/requirements.in --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --output-file benchmarks/peers/requirements.txt \
		$(if $(ARGS),$(ARGS),--upgrade)

.PHONY: clean
clean: ## Remove what was installed and cached here (never a database)
	@rm -rf $(VENV) $(PEERS) $(REDOCLY) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Proxeny needs Python 3.11 or newer, and none is on the PATH. Install it, or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c '$(IS_NEW_ENOUGH)' || { echo "Proxeny needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV)

$(BIN)/uv: | $(BIN)/python
	@awk '/^[^ ]/ { wanted = /^uv==/ } wanted' constraints.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip install -qq --require-hashes --no-deps -r $(VENV)/uv.txt

# Two installs because pip accepts no hash for a folder. uv takes seconds where pip takes half a minute; pip
# follows where uv fails, because only pip knows a mirror that pip's own settings name.
$(INSTALLED): constraints.txt pyproject.toml sdk/pyproject.toml | $(BIN)/uv
	@echo "Installing into $(VENV) ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r constraints.txt \
		|| { echo "uv could not install; trying pip." >&2; \
			$(BIN)/python -m pip install -qq --require-hashes --no-deps -r constraints.txt; }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation -e sdk -e .
	@$(BIN)/uv pip check --quiet --python $(BIN)/python \
		|| { echo "constraints.txt does not hold what pyproject.toml asks for: run make constraints." >&2; exit 1; }
	@touch $@

# A virtual environment of their own: what the peers need is never installed with the product.
$(PEERS)/.installed: benchmarks/peers/requirements.txt | $(BIN)/uv
	@$(BIN)/python -m venv --clear $(PEERS)
	@$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python --require-hashes --no-deps -r $<
	@touch $@

$(REDOCLY)/.installed: tools/redocly/package.json
	@command -v npm > /dev/null || { echo "make check lints the OpenAPI document with Redocly, which runs on Node.js: install Node.js 20.19, 22.12 or newer, with npm (Debian: apt-get install nodejs npm), then run make check again." >&2; exit 1; }
	@npm install --prefix tools/redocly --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error > /dev/null
	@touch $@
