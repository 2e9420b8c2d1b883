# Every target sets up what it needs: a virtual environment with the versions of constraints.txt,
# made anew only when pyproject.toml or constraints.txt changed. Needs Python 3.11 or newer and make.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= logical
PYTEST_ARGS ?=
BENCHMARK_ARGS ?=

BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_BENCH := $(VENV)/.ready-bench
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt

# One thread per process: the test workers and the trials are what runs in parallel.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export MPLBACKEND := Agg
export PYTHONUTF8 := 1
# Compiled once, and not in each of the hundred processes that the tests start.
export PYTHONDONTWRITEBYTECODE :=

PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help reproduce report test test-all lint docs check format notebooks benchmark reference schema rooms library constraints test-lowest dist try-wheel clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

reproduce: $(READY) ## reproduce every shipped trial and print the verdicts
	$(BIN)/survkit check

report: $(READY) ## write a report on every shipped trial, with plots, to build/report
	$(BIN)/survkit report -o build/report

test: $(READY) ## run the doctests and all tests but the slow ones
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not slow" $(PYTEST_ARGS)

test-all: $(READY) ## run every test, the doctests and the notebooks
	$(PYTEST) -n $(WORKERS) --dist worksteal --nbmake src tests notebooks $(PYTEST_ARGS)

lint: $(READY) ## run everything of `make check` that is not a test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	find src -name '*.py' -exec $(BIN)/numpydoc lint {} +
	$(BIN)/check-jsonschema --schemafile reconstructions/schema.json reconstructions/*.toml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/codespell
	$(MAKE) --no-print-directory docs

docs: $(READY) ## build the documentation into build/docs; a warning is an error
	$(BIN)/python -m sphinx -b html -c docs -q -n -W --keep-going -d build/doctrees . build/docs

check: test-all lint ## run what CI runs: every test, the notebooks and the linters

format: $(READY) ## format the code and fix what ruff can fix
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

notebooks: $(READY) ## run every notebook and store its outputs
	$(BIN)/jupyter-nbconvert --to notebook --inplace --execute --ExecutePreprocessor.record_timing=False \
		--ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.preserve_nb_metadata_mask=kernelspec \
		notebooks/*.ipynb

benchmark: $(READY_BENCH) ## run every benchmarks/bench_*.py
	@for script in benchmarks/bench_*.py; do echo "$$script"; $(BIN)/python "$$script" $(BENCHMARK_ARGS) || exit 1; done

reference: $(READY) ## compute R's reference values anew (needs Rscript with the package survival)
	$(BIN)/python tests/reference/r-survival/regenerate.py

schema: $(READY) ## write reconstructions/schema.json from the trial models
	@mkdir -p build
	$(BIN)/python -m survkit.trial.schema > build/schema.json
	mv build/schema.json reconstructions/schema.json

rooms: $(READY) ## draw the pictures of docs/architecture.md from the import graph
	$(BIN)/python tools/rooms.py

library: $(READY) ## write the patients of every shipped trial, the index and the predictions
	$(BIN)/python tools/library.py

constraints: | $(BIN)/python ## resolve all dependencies anew and pin them in constraints.txt
	@$(PIP) packaging
	$(BIN)/python tools/constraints.py newest constraints.txt

# Old releases warn about their own dependencies; only here are warnings no errors.
test-lowest: ## run the tests with the lowest declared version of every dependency
	@mkdir -p build
	$(MAKE) build/venv-lowest/bin/python VENV=build/venv-lowest
	build/venv-lowest/bin/python -m pip install -qq --disable-pip-version-check packaging
	build/venv-lowest/bin/python tools/constraints.py lowest build/lowest.txt
	build/venv-lowest/bin/python -m pip install -qq --disable-pip-version-check -c build/lowest.txt \
		-e '.[parquet]' hypothesis jsonschema nbmake pytest pytest-xdist pyyaml
	touch build/venv-lowest/.ready
	$(MAKE) test-all VENV=build/venv-lowest PYTEST_ARGS="-W default"

dist: $(READY) ## build the sdist and the wheel into dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation

try-wheel: dist ## install the wheel into an empty environment and use it from an unrelated folder
	bash tools/try_wheel.sh dist/*.whl build/venv-wheel $(PYTHON)

clean: ## remove everything that make made
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests benchmarks tools -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# The environment itself; one left broken by an interrupted run is made anew.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "survkit needs Python 3.11 or newer, and there is no $(PYTHON) here; name one with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "survkit needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1); name another with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "survkit needs a Python that can make virtual environments, and $(PYTHON) has no venv or ensurepip (on Debian: the package python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing survkit and the versions of constraints.txt into $(VENV) (about a minute)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) editables hatchling setuptools
	@$(PIP) --no-build-isolation -e '.[dev,docs]'
	@touch $@

$(READY_BENCH): $(READY)
	@$(PIP) --no-build-isolation -e '.[bench]'
	@touch $@
