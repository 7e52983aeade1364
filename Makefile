# Everything here needs only make and Python 3.11 or later; the virtual environment is made or reused.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: quickstart test lint docs benchmark clean

quickstart: $(INSTALLED)  ## the main job, end to end, on a small data set of synthetic sounds
	PATH="$(CURDIR)/$(BIN):$$PATH" sh samples/quickstart.sh

test: $(INSTALLED) lint docs  ## what continuous integration runs
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

docs: $(INSTALLED)  ## the documentation, in build/docs
	$(BIN)/sphinx-build -W --keep-going --quiet docs build/docs

benchmark: $(INSTALLED)  ## speed as ratios; installs PyTorch to compare with
	$(BIN)/python -m pip install --quiet --editable '.[benchmark]'
	$(BIN)/python -m benchmarks

$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs,test]'
	touch $@

clean:  ## delete the virtual environment, the documentation and what quickstart wrote
	rm -rf $(VENV) build quickstart
