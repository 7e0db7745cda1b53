# Everything a newcomer needs: `make report` and `make test`. Only python3 (3.11 or later), venv and make are assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt
OUT ?= out

.PHONY: help setup report test check bench docs system-deps constraints data clean

help:
	@echo "make report       from the embedded official tables to $(OUT)/report.html"
	@echo "make test         all checks and tests"
	@echo "make check        lint, types, layering, doctests, documentation"
	@echo "make bench        time and memory beside the peers"
	@echo "make docs         the documentation, in site/"
	@echo "make setup        .venv with the package and its development group"
	@echo "make system-deps  Chromium and a Chinese font for the browser tests (Debian, asks first)"

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

$(VENV)/.core: pyproject.toml constraints.txt | $(UV)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(UV)
	$(INSTALL) --editable . --group dev
	@touch $@ $(VENV)/.core

$(VENV)/.bench: pyproject.toml constraints.txt | $(UV)
	$(INSTALL) --editable . --group bench --group test
	@touch $@

setup: $(VENV)/.dev

report: $(VENV)/.core
	$(BIN)/shishu run china --out $(OUT)

test: check
	$(BIN)/python -m pytest tests -n 2 --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff check src tests scripts benchmarks
	$(BIN)/ruff format --check --quiet src tests scripts benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest src --quiet
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/.bench
	$(BIN)/python -m pytest benchmarks --import-mode=prepend -s --benchmark-only --benchmark-columns=median,min,rounds --benchmark-sort=mean -o filterwarnings=default -o addopts=

docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

system-deps:
	@echo "This installs chromium and fonts-noto-cjk with apt-get."; \
	read -p "Go on? [y/N] " answer && [ "$$answer" = y ] && apt-get install -y chromium fonts-noto-cjk

# Rebuilds what ships in src/shishu/datasets from the official publications in SHISHU_SHARED_DATA.
data: $(VENV)/.dev
	$(BIN)/python scripts/build_datasets.py

constraints: | $(UV)
	$(UV) pip compile pyproject.toml --group dev --group bench --universal --python-version 3.11 --no-header --no-annotate --quiet --output-file constraints.txt

clean:
	rm -rf $(VENV) $(OUT) site build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
