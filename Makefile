# All of this needs make and Python 3.11 or later, and nothing else: what is missing is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: quickstart test test-long lint docs benchmark release clean

quickstart: $(INSTALLED)  ## from recordings to results, on a small data set of synthetic sounds
	PATH="$(CURDIR)/$(BIN):$$PATH" sh samples/quickstart.sh

test: $(INSTALLED)  ## the tests
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

test-long: $(INSTALLED)  ## what takes too long for every change: all kinds of models, hundreds of kills and epochs
	$(BIN)/python -m pytest -m 'long or hypothesis' --hypothesis-profile=long --numprocesses=auto --maxprocesses=4 --timeout=7200

lint: $(INSTALLED)  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

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
