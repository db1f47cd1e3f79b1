# make demo: install, learn, compose, hear.    make test: install what tests need, check all.
# make docs: serve the docs here.              make docs-build: build and check them.
# make package: build wheel and sdist, check them, and install them as a newcomer would;
#   PYTHONS="python3.12 python3.13" does that with other Pythons, WAYS="light engrave" not all of it.
#
# TORCH_INDEX takes PyTorch from one of its own wheel indexes: the URL that PyTorch's "Get started"
# page gives for your CPU or CUDA version. Without it pip takes the default build.

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
PYTHONS ?=
WAYS ?=
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
DOCS_ADDRESS ?= localhost:8000
FILES = pyproject.toml constraints.txt Makefile

.PHONY: demo test docs docs-build package clean

demo: $(VENV)/.demo
	$(VENV)/bin/shinko demo

test: $(VENV)/.dev
	VENV=$(VENV) scripts/check

docs: $(VENV)/.docs
	$(VENV)/bin/python -m zensical serve --dev-addr $(DOCS_ADDRESS)

docs-build: $(VENV)/.docs
	$(VENV)/bin/python scripts/build_site.py

package: $(VENV)/.package
	VENV=$(VENV) PYTHONS="$(PYTHONS)" WAYS="$(WAYS)" scripts/package

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11; give a newer one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.train: $(VENV)/bin/python $(FILES)
	@echo "installing Shinko and PyTorch into $(VENV) (the first time takes minutes) …"
	$(if $(TORCH_INDEX),$(PIP) torch==2.13.0 --index-url $(TORCH_INDEX))
	$(PIP) --editable '.[train]'
	touch $@

$(VENV)/.demo: $(VENV)/.train
	@echo "installing what pages and sound need …"
	$(PIP) --editable '.[train,engrave,audio]'
	$(PIP) --no-deps tinysoundfont
	touch $@

$(VENV)/.dev: $(VENV)/.demo
	@echo "installing what the tests need …"
	$(PIP) --editable '.[dev]'
	touch $@

$(VENV)/.docs: $(VENV)/bin/python $(FILES)
	@echo "installing what the docs need …"
	$(PIP) --editable '.[docs]'
	touch $@

$(VENV)/.package: $(VENV)/bin/python $(FILES)
	@echo "installing what the package is built and checked with …"
	$(PIP) --editable '.[package]'
	touch $@

clean:
	rm -rf $(VENV) .cache build dist out
