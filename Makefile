# make demo: install, learn, compose, hear.    make test: install what tests need, check all.
#
# TORCH_INDEX takes PyTorch from one of its own wheel indexes: the URL that PyTorch's "Get started"
# page gives for your CPU or CUDA version. Without it pip takes the default build.

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
FILES = pyproject.toml constraints.txt Makefile

.PHONY: demo test clean

demo: $(VENV)/.demo
	$(VENV)/bin/shinko demo

test: $(VENV)/.dev
	VENV=$(VENV) scripts/check

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

clean:
	rm -rf $(VENV) out
