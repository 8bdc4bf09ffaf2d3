# `make demo`: the main job, on this machine; `make demo-cluster`: on many, played on one. `make test`: every check and test. `make bench`: us and the peers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo demo-cluster test check bench lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/runtime
	@$(BIN)/limner demo

# two doors, PostgreSQL and a store on this machine, what dies of them, and faces all the while
demo-cluster: $(VENV)/dev
	@$(BIN)/python -m tools.demo_cluster

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) sh tools/venv.sh $(VENV)

# what limner needs to run, pinned by hash
$(VENV)/runtime: requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/build.txt
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# and what its tests and checks need
$(VENV)/dev: requirements/dev.txt $(VENV)/runtime
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

servers:
	@sh tools/servers.sh

test: $(VENV)/dev servers check
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev servers
	$(BIN)/python -m bench

# pins for Python 3.11 to 3.13, hashes and no index address
lock: $(VENV)/bin/python
	sh tools/lock.sh $(BIN)

clean:
	rm -rf $(VENV) demo demo-cluster bench/work .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
