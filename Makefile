# All of this needs make and Python 3.11 or later, and nothing else: what is missing is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: quickstart test lint docs benchmark release clean

quickstart: $(INSTALLED)  ## from recordings to results, on a small data set of synthetic sounds
	PATH="$(CURDIR)/$(BIN):$$PATH" sh samples/quickstart.sh

test: $(INSTALLED) lint docs  ## what continuous integration runs
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --strict --follow-imports silent tests/interface_types.py

docs: $(INSTALLED)  ## the documentation, in build/docs
	$(BIN)/sphinx-build -W --keep-going --quiet --fresh-env docs build/docs

benchmark: $(INSTALLED)  ## speed as ratios; installs PyTorch to compare with
	$(BIN)/python -m pip install --quiet --editable '.[benchmark]'
	$(BIN)/python -m benchmarks

release:  ## the distributions, in dist/; checks them, and runs the quickstart with the wheel in a new environment
	rm -rf dist build/release
	$(PYTHON) -m venv build/release/tools
	build/release/tools/bin/python -m pip install --quiet --disable-pip-version-check build twine
	build/release/tools/bin/python -m build
	build/release/tools/bin/twine check --strict dist/*
	$(PYTHON) -m venv build/release/trial
	build/release/trial/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl
	cd build/release && PATH="$(CURDIR)/build/release/trial/bin:$$PATH" sh $(CURDIR)/samples/quickstart.sh

$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs,test]'
	touch $@

clean:  ## delete the virtual environment and everything that was built
	rm -rf $(VENV) build dist quickstart docs/python/generated
