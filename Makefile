# Every target sets up .venv itself; python3 (3.11 or later, with venv), git and make are all it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# A Raspberry Pi's camera library comes with the system, so its packages must be in view there.
SITE   := $(shell $(PYTHON) -c 'import importlib.util as u; print("--system-site-packages" if u.find_spec("picamera2") else "")' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help install demo test lint bench

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/'

install: $(STAMP) ## set up .venv with everything that running and testing needs

$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "streamer needs Python 3.11 or later")'
	$(PYTHON) -m venv $(SITE) $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -c 'import cv2' 2>/dev/null || { \
	  echo "The desktop libraries of opencv-python are not here: taking opencv-python-headless (no --display)."; \
	  $(BIN)/python -m pip uninstall --quiet --yes opencv-python; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps 'opencv-python-headless>=4.10,<5'; \
	  $(BIN)/python -c 'import cv2'; }
	@touch $@

demo: $(STAMP) ## replay the bundled clip: readings here, a journal and an annotated video in demo-out/
	@mkdir -p demo-out
	$(BIN)/python run_camera.py tests/data/demo.mp4 --db demo-out/readings.db --csv demo-out/readings.csv --record demo-out/annotated.webm --snapshots demo-out/snapshots
	@echo "Look at demo-out/: readings.db, readings.csv, annotated.webm, snapshots/"

test: $(STAMP) ## the whole test suite
	$(BIN)/python -m pytest

lint: $(STAMP) ## style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP) ## measure speed, latency and memory here; a table, and bench.json
	$(BIN)/python -m streamer bench --out bench.json
