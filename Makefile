# make demo   the reports of the two studies here   make test    everything, browser tests too
# make test-slow   the longer tests
# make lint   style and types                       make bench   times, against baselines of the same run
# make bench-clusters TASKS='DIR…'   clusters beside what people coded     make bench-peers   BERTopic on the same, kept
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export HF_HUB_OFFLINE := 1

.PHONY: demo test test-slow lint format bench bench-clusters bench-peers chromium clean
.DEFAULT_GOAL := demo

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "crosscase needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed
	@$(BIN)/crosscase run examples/gennovate
	@$(BIN)/crosscase run . --people-only

test: $(VENV)/installed chromium
	$(BIN)/python -m pytest -n 2 -m "not slow"

# Longer ones: fuzzing, a fault at every call that touches a file, many edits.
test-slow: $(VENV)/installed
	$(BIN)/python -m pytest -n 2 --dist worksteal -m slow

lint: $(VENV)/installed
	$(BIN)/ruff format --check src tests benchmarks transcripts_sample
	$(BIN)/ruff check src tests benchmarks transcripts_sample
	$(BIN)/mypy

format: $(VENV)/installed
	$(BIN)/ruff format src tests benchmarks transcripts_sample
	$(BIN)/ruff check --fix src tests benchmarks transcripts_sample

bench: $(VENV)/installed
	$(BIN)/python -m benchmarks

# Folders of passages that people coded: each with a units.jsonl (`python -m benchmarks.clusters --help`).
TASKS ?= $(addprefix ../shared/data/,serdif gennovate nhs_px gennovate_categories)
PEERS := $(VENV)-peers

bench-clusters: $(VENV)/installed
	$(BIN)/python -m benchmarks.clusters $(TASKS)

# BERTopic in an environment of its own; its figures are kept in benchmarks/peers, so that crosscase never needs it.
bench-peers: $(VENV)/installed $(PEERS)/installed
	$(BIN)/python -m benchmarks.clusters.peers $(TASKS) --python $(PEERS)/bin/python

$(PEERS)/installed: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement benchmarks/peers/requirements.txt
	@touch $@

# The browser tests need a Chromium. It is installed where that can be done without asking.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || test -n "$$CROSSCASE_CHROMIUM" || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null; }; } || \
	  echo "NO CHROMIUM HERE: the browser tests will not run. Install Chromium, or set CROSSCASE_CHROMIUM to its path."

clean:
	rm -rf $(VENV) $(VENV)-peers .pytest_cache .mypy_cache .ruff_cache examples/*/.crosscase examples/*/reports reports/tables
