# Tallywatch: `make help` lists what there is.
PYTHON ?= python3.11
VENV := .venv
FOLDER ?= ../shared/samples
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python

# Airflow starts five seconds faster per process from compiled byte code.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help run serve test lint next format bench score conformance derive lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/base.stamp ## Simulate a small service and run the whole pipeline once, on real Airflow
	@$(BIN)/python -m tallywatch.demo

serve: $(VENV)/base.stamp ## Start Airflow over what `make run` left, on 127.0.0.1
	@$(BIN)/python -m tallywatch.serve

test: $(VENV)/dev.stamp ## Run every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: $(VENV)/dev.stamp ## Check style, types, SQL, and that derived files are fresh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models
	@$(BIN)/tallywatch derive --check

next: $(VENV)-next/next.stamp ## Build the models on the DuckDB release after ours
	@$(VENV)-next/bin/python -m tests.next

format: $(VENV)/dev.stamp ## Mend style where a tool can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/dev.stamp $(VENV)-dlt/bench.stamp ## Run the benchmarks: against the bare engine, peers, targets
	@$(BIN)/python -m bench $(ARGS)

score: $(VENV)/base.stamp ## Judge every rule and the incidents on frozen worlds; write the committed table
	@$(BIN)/python -m tallywatch.scoring $(ARGS)

conformance: $(VENV)/base.stamp ## Say what would become of every file of FOLDER (default: the samples beside us)
	@if [ -d "$(FOLDER)" ]; then $(BIN)/tallywatch conformance "$(FOLDER)" $(ARGS); \
	  else echo "no folder $(FOLDER); name one: make conformance FOLDER=..."; fi

derive: $(VENV)/base.stamp ## Write what is derived from the contracts
	@$(BIN)/tallywatch derive

lock: $(VENV)/base.stamp ## Compile the requirements after an edit of requirements/*.in
	@for name in setup base dev server next bench; do \
	  $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove the demo's data and caches; the environment stays
	rm -rf var .pytest_cache .hypothesis .mypy_cache .ruff_cache dbt_project/target dbt_project/logs

$(VENV)/bin/uv: requirements/setup.txt
	@echo "making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/base.stamp: $(BIN)/uv requirements/base.txt pyproject.toml
	@echo "installing what Tallywatch runs on (one to two minutes the first time)"
	@$(UV) --compile-bytecode --require-hashes -r requirements/base.txt
	@$(UV) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.txt
	@echo "installing what the tests need (Spark is large)"
	@$(UV) --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)-next/next.stamp: $(BIN)/uv requirements/next.txt
	@echo "making the environment of the next DuckDB"
	@$(PYTHON) -m venv $(VENV)-next
	@$(BIN)/uv pip install --quiet --python $(VENV)-next/bin/python --compile-bytecode \
	  --require-hashes -r requirements/next.txt
	@touch $@

$(VENV)-dlt/bench.stamp: $(BIN)/uv requirements/bench.txt
	@echo "making the environment of dlt, which the benchmarks compare with"
	@$(PYTHON) -m venv $(VENV)-dlt
	@$(BIN)/uv pip install --quiet --python $(VENV)-dlt/bin/python --compile-bytecode \
	  --require-hashes -r requirements/bench.txt
	@touch $@
